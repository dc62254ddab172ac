// Sets the theme before the first paint: the person's last choice in this browser, otherwise the system's.
// Brings the current entry of a scrolling strip into view. Without JavaScript the page is light and complete.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => {
    try {
      return localStorage.getItem("rb-theme");
    } catch {
      return null;
    }
  };
  const show = () => {
    root.dataset.bsTheme = remembered() || (system.matches ? "dark" : "light");
  };
  show();
  root.dataset.rbScripts = ""; // lets the stylesheet show what only scripts work, from the first paint on
  system.addEventListener("change", show);
  const begin = () => {
    for (const here of document.querySelectorAll(".rb-nav [aria-current], .rb-tabs [aria-current], .rb-sections [aria-current]")) {
      const strip = here.closest(".rb-nav") || here.closest("ul, ol");
      strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 16;
    }
  };
  addEventListener("DOMContentLoaded", begin);
  document.addEventListener("rb:page", begin);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rb-theme]");
    if (!button) return;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = next;
    try {
      localStorage.setItem("rb-theme", next);
    } catch {
      // A browser that keeps nothing shows the choice until the next page.
    }
  });
})();
