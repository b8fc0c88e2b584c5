const copy = async (button) => {
  const text = find(".copy-text", button.parentElement)?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Only pages over https or on this machine have a clipboard of their own.
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    button.focus();
    if (!done) return;
  }
  button.classList.add("is-copied");
  announce(word("copied"));
  setTimeout(() => button.classList.remove("is-copied"), 2500);
};
onClick("button.copy", (button) => { copy(button); });
