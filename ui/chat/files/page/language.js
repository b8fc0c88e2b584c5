// Gradio gives the page the language of the browser; its words are in the language that the server chose.
let opened = null;
const keepLanguage = () => {
  const head = find("#head .head");
  if (!head) return;
  const root = document.documentElement;
  if (root.lang !== head.lang) root.lang = head.lang;
  if (root.dir !== head.dir) root.dir = head.dir;
  const asked = new URL(location.href).searchParams.get("lang");
  if (opened !== null && opened !== head.lang && asked !== head.lang) {
    const url = new URL(location.href);
    url.searchParams.set("lang", head.lang);
    history.replaceState(history.state, "", url);
  }
  opened = head.lang;
};
// The menu sends what is chosen in it through a box that nobody sees, and shows what stands in there.
const languageBox = () => find("#language textarea, #language input");
const showLanguage = () => {
  const menu = find("#language-menu"), label = find("#languages label"), code = languageBox()?.value;
  if (menu && code && menu.value !== code) menu.value = code;
  if (label && word("language") && label.textContent !== word("language")) label.textContent = word("language");
  // All around it is from left to right.
  for (const name of ["lang", "dir"]) setAttribute(label?.parentElement, name, document.documentElement[name]);
};
document.addEventListener("change", ({ target }) => {
  const box = languageBox();
  if (!box || !target.matches?.("#language-menu")) return;
  box.value = target.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  // Gradio tells the server of what was typed behind a key.
  box.dispatchEvent(new Event("keypress", { bubbles: true }));
});
whenChanged.push(keepLanguage, showLanguage);
