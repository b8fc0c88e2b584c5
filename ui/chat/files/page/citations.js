const mark = (...elements) => {
  for (const element of document.querySelectorAll(".is-followed")) element.classList.remove("is-followed");
  marked = elements.map(place);
  for (const element of elements) element.classList.add("is-followed");
};
const goTo = (element) => {
  element.closest("details")?.setAttribute("open", "");
  // Of what is higher than half the window the beginning counts: it says which source this is.
  const block = element.offsetHeight > innerHeight / 2 ? "start" : "center";
  element.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });
  element.focus({ preventScroll: true });
};
const follow = (chip) => {
  const to = [...chip.classList].find((each) => each.startsWith("source-"));
  const card = to && document.getElementById(to);
  if (!card) return false;
  mark(chip, card);
  goTo(card);
  return true;
};
const goBack = (id) => {
  const led = marked.map(findAgain).find((each) => each.isConnected && each.matches(`a.marker.${id.replace("cite-", "source-")}`));
  const chip = led ?? document.getElementById(id);
  if (chip) { mark(chip); goTo(chip); }
};

onClick("a.marker", follow);
onClick("a.back", (back) => { goBack(new URL(back.href).hash.slice(1)); return true; });
document.addEventListener("keydown", (event) => {
  const card = event.key === "Escape" && event.target instanceof Element && event.target.closest(".card[id]");
  if (card) goBack(card.id.replace("source-", "cite-"));
});
