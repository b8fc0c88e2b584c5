// Logging in from inside a frame of another site: a window does it, and hands the frame a code that only this frame can
// use, since it alone has the verifier. Nothing here makes HTML.
(() => {
  "use strict";
  const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const handing = document.getElementById("handing");
  if (handing) {
    if (window.opener) {
      // To a page of this server alone, whoever else may have opened the window.
      window.opener.postMessage({ picumLogin: handing.dataset.code }, location.origin);
      setTimeout(() => window.close(), 300);
    } else {
      handing.textContent = handing.dataset.alone;
    }
    return;
  }

  const button = document.getElementById("log-in");
  if (!button) return;
  // The widget around the frame asks whether somebody is there.
  window.addEventListener("message", ({ origin, source, data }) => {
    if (source === parent && parent !== window && data?.picum === "hello") parent.postMessage({ picum: "ready" }, origin);
  });
  const state = document.getElementById("state");
  const { login, root } = button.dataset;
  const say = (name) => { state.textContent = button.dataset[name]; };
  if (!window.isSecureContext) {
    button.hidden = true;
    say("https");
    return;
  }
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  let challenge = null, opened = null;
  crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)).then((hash) => { challenge = base64url(new Uint8Array(hash)); });

  const redeem = async (code) => {
    try {
      const sent = await fetch(`${root}login/redeem`, {
        method: "POST", credentials: "same-origin", headers: { "content-type": "application/json" }, body: JSON.stringify({ code, verifier }),
      });
      // A browser may have refused the cookie; then a new start would only lead here again.
      const known = sent.ok && (await fetch(root, { method: "HEAD", credentials: "same-origin" })).status !== 401;
      if (known) location.reload();
      else say("failed");
    } catch {
      say("failed");
    }
  };
  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || !opened || source !== opened || typeof data?.picumLogin !== "string") return;
    redeem(data.picumLogin);
  });
  button.addEventListener("click", () => {
    if (challenge === null) return;
    opened = window.open(login + challenge, "_blank", "popup,width=520,height=680");
    say(opened ? "waiting" : "blocked");
  });
})();
