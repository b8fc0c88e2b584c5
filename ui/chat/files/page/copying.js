const copy = async (button) => {
  if (!await toClipboard(find(".copy-text", button.parentElement)?.textContent ?? "", button)) return;
  button.classList.add("is-copied");
  announce(word("copied"));
  setTimeout(() => button.classList.remove("is-copied"), 2500);
};
onClick("button.copy", (button) => { copy(button); });
