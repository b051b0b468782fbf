// 记住历次对话：只存在这个浏览器里；存不下就丢最早的，不能存就只在这一页里记着。
// 同时开着几页的，各写各的对话：写之前先看别的页写了什么。

const KEY = "jihuatong.chats";
const KEPT = 40;

let chats = load() || [];

// 存着的全部对话；浏览器不许存的为 null。
function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(kept) ? kept.filter((chat) => chat && chat.id && Array.isArray(chat.turns)) : [];
  } catch (error) {
    return error instanceof SyntaxError ? [] : null;
  }
}

function write() {
  try {
    localStorage.setItem(KEY, JSON.stringify(chats));
    return true;
  } catch {
    return false;
  }
}

export const all = () => chats.filter((chat) => chat.turns.length);

export function fresh() {
  return { id: Date.now().toString(36) + Math.random().toString(36).slice(2, 8), turns: [] };
}

// 删去了的不算。
export const holds = (id) => chats.some((chat) => chat.id === id);

export function keep(chat) {
  chats = [chat, ...(load() || chats).filter((other) => other.id !== chat.id)].slice(0, KEPT);
  while (!write() && chats.length > 1) chats = chats.slice(0, -1);
}

export function drop(id) {
  chats = (load() || chats).filter((chat) => chat.id !== id);
  write();
}

export function clear() {
  chats = [];
  write();
}

// 别的页改了，告诉这一页。
export function watch(changed) {
  addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    chats = load() || chats;
    changed();
  });
}
