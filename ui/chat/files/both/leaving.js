// Whoever must not be seen here leaves at once, by the button or by pressing Escape three times: nothing of the page is
// left on the screen, the server forgets the conversation, and another page takes the place of this one in the history.
const framed = window.parent !== window;
const hide = () => document.documentElement.classList.add("is-left");
const leave = () => {
  hide();
  document.title = "";
  const name = typeof conversation === "function" ? conversation() : "";
  if (name) {
    const body = new URLSearchParams({ conversation: name });
    // One of the two outlives the page in every browser.
    fetch("forget", { method: "POST", body, keepalive: true }).catch(() => {});
    navigator.sendBeacon?.("forget", body);
  }
  // A frame cannot leave the page that holds it.
  location.replace(framed ? "about:blank" : find("a.quick-exit")?.href ?? "exit");
};
let escapes = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) { escapes = []; return; }
  if (event.repeat) return;
  escapes = [...escapes.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
  if (escapes.length > 2) { event.preventDefault(); leave(); }
}, true);
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest(".quick-exit")) return;
  event.preventDefault();
  event.stopPropagation();
  leave();
}, true);
