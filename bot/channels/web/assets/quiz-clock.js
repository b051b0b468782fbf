// 还剩多少时间：以服务端说的为准，两次之间自己往下数。

import { el } from "/assets/dom.js";

const WARN = 60;
const SAY = [300, 60, 10];

export const spoken = (seconds) => {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return minutes >= 60 ? `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分` : `${minutes}:${String(rest).padStart(2, "0")}`;
};

// `over` 在时间到了时叫一次；返回画出来的一块和停下的办法。
export function clock(seconds, say, over) {
  const face = el("span", { class: "clock", role: "timer", "aria-live": "off" });
  const ends = Date.now() + seconds * 1000;
  let said = seconds;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    face.textContent = `还剩 ${spoken(left)}`;
    face.classList.toggle("soon", left <= WARN);
    const due = SAY.find((at) => left <= at && said > at);
    if (due) say(`还剩 ${due >= 60 ? due / 60 + " 分钟" : due + " 秒"}`);
    said = left;
    if (left > 0) return;
    stop();
    over();
  };
  const timer = setInterval(tick, 250);
  const stop = () => clearInterval(timer);
  tick();
  return { face, stop };
}
