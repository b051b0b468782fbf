// 配色：随系统、浅色、深色。先于页面画出，免得闪一下。

(() => {
  const KEY = "jihuatong.theme";
  const NAMES = { auto: "随系统", light: "浅色", dark: "深色" };
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = "auto";
  try {
    chosen = localStorage.getItem(KEY) || "auto";
  } catch {
    // 浏览器不许记，就只在这一页里有效
  }

  function paint() {
    const dark = chosen === "dark" || (chosen === "auto" && prefersDark.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.querySelector("meta[name=theme-color]").content = dark ? "#151d1b" : "#ffffff";
    const button = document.getElementById("theme");
    if (!button) return;
    button.title = "配色：" + NAMES[chosen];
    button.setAttribute("aria-label", button.title);
  }

  function next() {
    const names = Object.keys(NAMES);
    chosen = names[(names.indexOf(chosen) + 1) % names.length];
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // 同上
    }
    paint();
  }

  paint();
  prefersDark.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", next);
    paint();
  });
})();
