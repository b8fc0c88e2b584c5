// A document. Whoever copies the address shares one passage, and not what else was cited in the conversation.
const here = new URL(location.href);
if (here.searchParams.has("also")) {
  here.searchParams.delete("also");
  history.replaceState(history.state, "", here);
}
const copyText = async (text, button) => {
  if (!await toClipboard(text, button)) return;
  const [before, after] = [find(".before", button), find(".after", button)];
  before.hidden = !(after.hidden = false);
  find(".origin [role=status]").textContent = after.textContent;
  setTimeout(() => { after.hidden = !(before.hidden = false); find(".origin [role=status]").textContent = ""; }, 2500);
};
const permalink = find(".origin a.permalink");
if (permalink) {
  permalink.hidden = find(".quoting").hidden = true;
  for (const button of document.querySelectorAll(".origin .tools button")) button.hidden = false;
  find(".copy-link").addEventListener("click", ({ currentTarget }) => copyText(permalink.href, currentTarget));
  find(".copy-quotation").addEventListener("click", ({ currentTarget }) => copyText(find(".quotation").textContent, currentTarget));
}
// Where the head stays on top it must not hide what a jump leads to.
for (const link of document.querySelectorAll(".others a, .way a")) {
  link.addEventListener("click", () => setTimeout(() => find(new URL(link.href).hash)?.focus({ preventScroll: true })));
}
