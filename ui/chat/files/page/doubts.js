// A sign behind a sentence leads to the line below the answer that says what it means, and Escape back.
let doubted = null;
onClick("a.doubt", (sign) => {
  const line = document.getElementById(new URL(sign.href).hash.slice(1));
  if (!line) return true;
  doubted = place(sign);
  mark(line);
  goTo(line);
  return true;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !(event.target instanceof Element)) return;
  const back = doubted && event.target.closest(".legend") ? findAgain(doubted) : null;
  // What is shown beside a sign goes away without moving the pointer or the focus.
  const told = document.querySelectorAll("a.doubt:is(:hover, :focus):not(.is-hushed)");
  for (const sign of told) sign.classList.add("is-hushed");
  if (back) goTo(back);
  // Whoever shows this page in a frame would close it at the same key.
  if (back || told.length) event.preventDefault();
});
for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, ({ target }) => { if (target instanceof Element) target.closest("a.doubt")?.classList.remove("is-hushed"); });
}
