// Light, dark or as the system says: what somebody chose is kept by the browser, and the page's ground has its colour before anything else is there.
const key = "hermes-theme";
const themes = ["light", "dark"];

export function chosen() {
  try {
    const kept = localStorage.getItem(key);
    return themes.includes(kept) ? kept : "system";
  } catch {
    return "system";
  }
}

export function choose(theme) {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // A browser that keeps nothing shows it until the page is closed.
  }
  show(theme);
}

function show(theme) {
  document.documentElement.dataset.theme = theme;
}

show(chosen());
