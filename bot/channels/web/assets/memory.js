// 记住历次对话：只存在这个浏览器里；存不下就丢最早的，不能存就只在这一页里记着。

const KEY = "jihuatong.chats";
const KEPT = 40;

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

function load() {
  try {
    const chats = JSON.parse(read(KEY) || "[]");
    return Array.isArray(chats) ? chats.filter((chat) => chat && chat.id && Array.isArray(chat.turns)) : [];
  } catch {
    return [];
  }
}

let chats = load();

export const all = () => chats;
export const find = (id) => chats.find((chat) => chat.id === id) || null;

export function fresh() {
  return { id: Date.now().toString(36) + Math.random().toString(36).slice(2, 8), turns: [] };
}

export function keep(chat) {
  chats = [chat, ...chats.filter((other) => other.id !== chat.id)].slice(0, KEPT);
  while (!write(KEY, JSON.stringify(chats)) && chats.length > 1) chats = chats.slice(0, -1);
}

export function drop(id) {
  chats = chats.filter((chat) => chat.id !== id);
  write(KEY, JSON.stringify(chats));
}
