// Files of an answer or the conversation. The name of the conversation goes in the body, so that no address holds it.
const keepingWord = (name) => find(`#keeping .word-${name}`)?.textContent ?? "";
const post = (address, body) => fetch(address, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ conversation: conversation(), language: document.documentElement.lang, ...body }),
});
// The sentence of a response that says no; another where it has none.
const whyNot = async (response, otherwise) => {
  try { return (await response.json()).detail || otherwise; } catch { return otherwise; }
};
const classAfter = (element, beginning) => [...element.classList].find((each) => each.startsWith(beginning))?.slice(beginning.length);

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  // Outside of the page, where no other part of it takes the click.
  link.click();
  // Some browsers read it only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
const say = (button, sentence) => {
  const place = button.closest(".items");
  const line = find(".told", place) ?? document.createElement("span");
  line.className = "told";
  line.textContent = sentence;
  place.append(line);
  announce(sentence);
};
const exportFile = async (button) => {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const number = Number(classAfter(button, "of-"));
  try {
    const response = await post("conversation/export", { exchange: number || null, format: classAfter(button, "as-") });
    if (!response.ok) throw new Error(await whyNot(response, keepingWord("download_failed")));
    const name = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition"))?.[1] ?? "answer";
    save(await response.blob(), name);
    say(button, keepingWord("downloaded"));
  } catch (failure) {
    say(button, failure instanceof TypeError ? keepingWord("download_failed") : failure.message);
  }
  button.removeAttribute("aria-disabled");
};

// Menus close as menus do: by a click or the focus elsewhere, and by a key that leads back to what opened them.
const closeMenus = (but) => {
  for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(but)) open.open = false;
};
onClick("button.export", (button) => { exportFile(button); });
onClick("button.print-page", (button) => {
  const opened = button.closest("details");
  opened.open = false;
  find("summary", opened).focus();
  print();
});
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  const opened = event.key === "Escape" && event.target instanceof Element && event.target.closest("details.menu[open]");
  if (!opened) return;
  opened.open = false;
  find("summary", opened).focus();
  // Whoever shows this page in a frame would close it at the same key.
  event.preventDefault();
});
