const cardOf = (chip) => {
  const id = [...chip.classList].find((each) => each.startsWith("source-"));
  return id ? document.getElementById(id) : null;
};
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

// In one column the cards are far below. There a card that is opened from a number lies over the foot of the window, so
// that the sentence stays in sight.
const oneColumn = matchMedia("(max-width: 59.99rem) and (min-height: 24rem), (max-height: 33.99rem) and (min-height: 24rem)");
let over = null;
const putAway = () => {
  if (!over) return;
  const { card, chip } = over;
  over = null;
  findAgain(card).classList.remove("is-open");
  findAgain(chip).style.scrollMarginBottom = "";
};
const layOver = (chip, card) => {
  putAway();
  card.closest("details")?.setAttribute("open", "");
  over = { card: place(card), chip: place(chip) };
  card.classList.add("is-open");
  card.scrollTop = 0;
  card.focus({ preventScroll: true });
  chip.style.scrollMarginBottom = `${card.offsetHeight + 32}px`;
  chip.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
};
const elsewhere = ({ target }) => {
  if (over && target instanceof Element && !findAgain(over.card).contains(target) && !target.closest("#chat a.marker")) putAway();
};
document.addEventListener("pointerdown", elsewhere);
document.addEventListener("focusin", elsewhere);
oneColumn.addEventListener("change", putAway);
whenChanged.push(() => {
  if (!over) return;
  const card = findAgain(over.card);
  if (!card.isConnected) over = null;
  else if (!card.classList.contains("is-open")) card.classList.add("is-open");
});

const follow = (chip) => {
  const card = cardOf(chip);
  if (!card) return false;
  mark(chip, card);
  if (oneColumn.matches) layOver(chip, card);
  else goTo(card);
  return true;
};
const goBack = (id) => {
  const led = marked.map(findAgain).find((each) => each.isConnected && each.matches(`a.marker.${id.replace("cite-", "source-")}`));
  const chip = led ?? document.getElementById(id);
  putAway();
  if (chip) { mark(chip); withoutPreview(() => goTo(chip)); }
};

onClick("a.marker", follow);
onClick("a.back", (back) => { goBack(new URL(back.href).hash.slice(1)); return true; });
document.addEventListener("keydown", (event) => {
  const card = event.key === "Escape" && event.target instanceof Element && event.target.closest(".card[id]");
  if (card) goBack(card.id.replace("source-", "cite-"));
});
