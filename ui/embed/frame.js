// The page as it stands in a frame of another site: it follows the options in its address, and speaks with the widget
// that holds it. Both check who speaks: the window that shows this one, from a site that may.
(() => {
  "use strict";
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const sites = `${document.currentScript.dataset.sites} ${location.origin}`.split(" ").filter(Boolean).map((site) => new URL(site).origin);
  const find = (selector) => document.querySelector(selector);
  root.classList.add("embedded");
  if (query.get("bar") === "none") root.classList.add("without-title");
  if (query.has("lang") && query.get("menu") !== "on") root.classList.add("without-menu");

  const theme = query.get("theme");
  if (theme === "light" || theme === "dark") {
    // The name under which Gradio reads it.
    const address = new URL(location.href);
    address.searchParams.set("__theme", theme);
    history.replaceState(history.state, "", address);
  }

  // A colour of the host page, as long as everything written in it or on it stays readable.
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const rgb = (hex) => {
    const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(hex ?? "")?.[1];
    if (!digits) return null;
    const six = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
    return [0, 2, 4].map((at) => parseInt(six.slice(at, at + 2), 16));
  };
  const mixed = (one, other, share) => one.map((part, index) => Math.round(part * share + other[index] * (1 - share)));
  const css = (parts) => `rgb(${parts.join(" ")})`;
  const wished = rgb(query.get("color"));
  const colour = () => {
    const own = document.body && getComputedStyle(document.body);
    const of = (name) => rgb(own.getPropertyValue(name).trim());
    if (!wished || !own || !of("--paper")) return;
    const grounds = ["--paper", "--surface"].map(of);
    const soft = mixed(wished, grounds[1], 0.1);
    const fits = [...grounds, soft].every((ground) => contrast(wished, ground) >= 4.5);
    const values = fits
      ? { "--accent": wished, "--accent-dark": mixed(wished, of("--ink"), 0.7), "--accent-soft": soft, "--on-accent": grounds[1] }
      : { "--accent": null, "--accent-dark": null, "--accent-soft": null, "--on-accent": null };
    for (const [name, value] of Object.entries(values)) {
      if (value) document.body.style.setProperty(name, css(value));
      else document.body.style.removeProperty(name);
    }
  };

  // The style sheet with our own colours comes later.
  document.addEventListener("load", colour, true);

  let host = null, wanted = false;
  const tell = (word) => { if (host) parent.postMessage({ picum: word }, host); };
  const focus = () => {
    const box = find("#question textarea");
    if (!wanted || !box) return;
    wanted = false;
    // A finger that opens the assistant does not ask for a keyboard over half of it; and who is elsewhere stays there.
    if (!matchMedia("(pointer: coarse)").matches && document.activeElement === document.body) box.focus({ preventScroll: true });
  };
  addEventListener("message", (event) => {
    const { source, origin, data } = event;
    if (parent === window || source !== parent) return;
    // Nothing else here may be steered from outside; Gradio comes with a library that would listen.
    event.stopImmediatePropagation();
    if (!sites.includes(origin)) return;
    host = origin;
    if (data?.picum === "hello") tell("ready");
    if (data?.picum === "focus") { wanted = true; focus(); }
  });
  addEventListener("keydown", (event) => {
    const busy = event.target instanceof Element && event.target.closest(".card[id], [aria-expanded=true]");
    if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented && !busy) tell("close");
  });
  addEventListener("DOMContentLoaded", () => {
    // Gradio says by this class which of the two schemes it shows.
    new MutationObserver(colour).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    const waiting = new MutationObserver(() => {
      if (!find("#question textarea")) return;
      waiting.disconnect();
      focus();
    });
    waiting.observe(document.body, { childList: true, subtree: true });
  });
})();
