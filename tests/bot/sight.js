// 在页面里量：文字与底色的反差，按钮的大小，焦点看不看得出。
({
  faint: () => {
    const parse = (text) => { const found = text.match(/[\d.]+/g).map(Number); return found.length > 3 ? found : [...found, 1]; };
    const over = ([r, g, b, a], [r2, g2, b2]) => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
    const behind = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
      return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
    };
    const light = (colour) => {
      const [r, g, b] = colour.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim()).map((node) => node.data.trim()).join(" ");
      if (!words || !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || element.closest(":disabled, .hidden, .skip")) continue;
      const style = getComputedStyle(element);
      const ground = behind(element);
      const ink = over(parse(element.closest("svg") ? style.fill : style.color), ground);
      const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) found.push(`${words.slice(0, 20)} ${ratio.toFixed(2)} ${style.color}`);
    }
    return found;
  },

  cramped: () => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
    .filter((one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !one.closest(".skip, .drop"))
    .map((one) => [one, (one.closest("label") || one).getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.height < 24 || box.width < 24))
    .map(([one, box]) => `${one.getAttribute("aria-label") || one.textContent} ${Math.round(box.width)}×${Math.round(box.height)}`),

  focus: () => {
    const at = document.activeElement;
    const box = at.closest(".ask-box");
    const ring = getComputedStyle(at).outlineStyle !== "none";
    const frame = box && getComputedStyle(box).borderColor === getComputedStyle(document.querySelector(".send")).backgroundColor;
    return [at.id || at.textContent.trim(), Boolean(ring || frame)];
  },

  moving: () => [...document.querySelectorAll("*")].filter((one) => parseFloat(getComputedStyle(one).animationDuration) > 0.01).length,
})
