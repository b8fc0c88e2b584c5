// With every sentence Gradio makes the chat and the cards anew. What a reader has focused, followed or opened there is
// found again: by what it is and where it leads, and by its number among those that are the same in this.
// An address also names what else was cited, which grows.
const same = (element) => [element.localName, element.id, element.getAttribute("href")?.replace(/&also=[\d,-]*/, "")].join(" ");
const alike = (within, element) => [...document.querySelectorAll(`${within} ${element.localName}`)].filter((each) => same(each) === same(element));
const place = (element) => {
  const within = ["#chat", "#sources"].find((each) => element.closest(each));
  return within ? { element, within, nth: alike(within, element).indexOf(element) } : null;
};
const findAgain = (lost) => {
  if (!lost.element.isConnected) lost.element = alike(lost.within, lost.element)[lost.nth] ?? lost.element;
  return lost.element;
};
let focused = null, marked = [];
const unfolded = new Set();
document.addEventListener("focusin", (event) => { focused = place(event.target); });
document.addEventListener("focusout", () => setTimeout(() => {
  // Left by the reader, not taken away.
  if (focused?.element.isConnected && document.activeElement === document.body) focused = null;
}));
document.addEventListener("toggle", ({ target }) => {
  const card = find(".card", target);
  if (card) unfolded[target.open ? "add" : "delete"](card.id);
}, true);
const keepPlace = () => {
  if (!latestTurn()) { focused = null; marked = []; unfolded.clear(); }
  for (const id of unfolded) document.getElementById(id)?.closest("details")?.setAttribute("open", "");
  // Only where it is missing: each change is looked at again.
  for (const each of marked.map(findAgain)) if (!each.classList.contains("is-followed")) each.classList.add("is-followed");
  if (focused && !focused.element.isConnected && document.activeElement === document.body) findAgain(focused).focus({ preventScroll: true });
};
whenChanged.push(keepPlace, followChat, followNote);
