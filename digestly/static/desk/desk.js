// Niceties of the review page: everything works without them.
"use strict";

const form = document.getElementById("review-form");
const text = form && form.querySelector("textarea");

if (text) {
    let isUnsaved = "unsaved" in form.dataset;
    form.addEventListener("input", () => { isUnsaved = true; });
    form.addEventListener("submit", () => { isUnsaved = false; });
    window.addEventListener("beforeunload", (event) => { if (isUnsaved) event.preventDefault(); });

    // Ctrl+S saves, Ctrl+Enter shows the preview.
    text.addEventListener("keydown", (event) => {
        const act = { s: "save", Enter: "preview" }[event.key];
        const button = act && form.querySelector(`button[name="act"][value="${act}"]`);
        if (!button || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        form.requestSubmit(button);
    });

    // To the line that could not be read.
    const problem = document.querySelector("[data-line]");
    if (problem) {
        const lines = text.value.split("\n");
        const line = Number(problem.dataset.line) - 1;
        const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
        text.focus();
        text.setSelectionRange(start, start + (lines[line] || "").length);
    }
}
