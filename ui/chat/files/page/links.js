// Gradio opens links in windows of their own; whoever logs out leaves this one.
onClick("a.leave", (link) => { location.assign(link.href); return true; });
