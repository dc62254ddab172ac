// Small comforts on top of pages that work without them: success messages become toasts, the summary of errors takes
// the focus, a button that waits longer than 300 ms says so and is not pressed twice.
(() => {
  const TOAST_MS = 8000;

  const toast = (note) => {
    const region = document.querySelector(".rb-toasts");
    if (!region) return;
    const box = document.createElement("div");
    box.className = "rb-toast";
    box.tabIndex = -1;
    const mark = note.querySelector("svg");
    if (mark) box.append(mark);
    const text = document.createElement("span");
    text.append(...note.querySelector("p").childNodes);
    box.append(text);
    region.append(box);
    note.remove();
    const close = () => {
      if (box.matches(":hover") || box.contains(document.activeElement)) setTimeout(close, 1000);
      else box.remove();
    };
    setTimeout(close, TOAST_MS);
  };

  const settle = (part) => {
    part.querySelectorAll("[data-rb-toast]").forEach(toast);
    const summary = part.querySelector("[data-rb-focus]");
    if (summary) summary.focus();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented) return;
    if (button.dataset.rbSent) {
      event.preventDefault();
      return;
    }
    button.dataset.rbSent = "1";
    setTimeout(() => {
      const wheel = document.createElement("span");
      wheel.className = "rb-spin";
      wheel.setAttribute("aria-hidden", "true");
      button.classList.add("is-busy");
      button.prepend(wheel);
    }, 300);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("[data-rb-sent]")) {
      delete button.dataset.rbSent;
      button.classList.remove("is-busy");
      button.querySelectorAll(".rb-spin").forEach((wheel) => wheel.remove());
    }
  });
  addEventListener("DOMContentLoaded", () => settle(document));
  document.addEventListener("htmx:afterSwap", (event) => settle(event.target));
})();
