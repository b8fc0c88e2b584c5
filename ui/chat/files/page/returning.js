// A page that the Back button brings back from the browser's memory begins anew: who sits there now may be another.
addEventListener("pagehide", hide);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
