// The menu of languages closes like others do.
const languages = find("details.languages");
document.addEventListener("click", ({ target }) => { if (languages && !languages.contains(target)) languages.open = false; });
languages?.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && languages.open) { languages.open = false; find("summary", languages).focus(); }
});
