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
whenChanged.push(keepLanguage);
