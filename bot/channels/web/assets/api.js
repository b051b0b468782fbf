// 与服务端说话：失败时抛出一句中文；`status` 是 HTTP 状态，`away` 是没有连上、值得再试。

const TROUBLE = "连不上计划通，请确认它还在运行，然后再试一次。";
const PAUSES = [1, 3, 6];

const trouble = () => Object.assign(new Error(TROUBLE), { away: true });

async function call(address, options) {
  let response;
  let body = null;
  try {
    response = await fetch(address, options);
    body = await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (response && response.ok) throw new Error("收到的答复不完整，请再试一次。");
    throw trouble();
  }
  if (response.ok) return body;
  if (!body || !body.error) throw trouble();
  if (response.status === 401) dispatchEvent(new Event("signed-out"));
  throw Object.assign(new Error(body.error), { status: response.status });
}

// 我是谁；连同防伪造的文字，一页只问一次，登录、退出之后再问。
let known = null;

export function me(again = false) {
  if (!known || again) {
    known = call("/api/me");
    known.catch(() => (known = null));
  }
  return known;
}

async function headers(body) {
  const { csrf } = await me();
  if (body === undefined) return { "X-CSRF-Token": csrf };
  return { "X-CSRF-Token": csrf, "Content-Type": body instanceof Blob ? "application/octet-stream" : "application/json" };
}

// 改东西的请求：带上防伪造的文字；别的页里登录、退出过，它就旧了，换一个再试一次。
export async function send(method, address, body) {
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const once = async () => call(address, { method, headers: await headers(body), body: content });
  try {
    return await once();
  } catch (error) {
    if (error.status !== 403) throw error;
    const before = (await me()).csrf;
    if ((await me(true)).csrf === before) throw error;
    return once();
  }
}

// 上传一个文件；`told` 收到已传的字节数，`signal` 用来中途停下。
export async function upload(address, file, told, signal) {
  const sent = new XMLHttpRequest();
  const marks = await headers(file);
  return new Promise((done, failed) => {
    sent.open("PUT", address);
    for (const [name, value] of Object.entries(marks)) sent.setRequestHeader(name, value);
    sent.responseType = "json";
    sent.upload.addEventListener("progress", (event) => told(event.loaded));
    sent.addEventListener("load", () => {
      if (sent.status < 300 && sent.response) done(sent.response);
      else failed(sent.response && sent.response.error ? Object.assign(new Error(sent.response.error), { status: sent.status }) : trouble());
    });
    sent.addEventListener("error", () => failed(trouble()));
    sent.addEventListener("abort", () => failed(new Error("已取消，没有存下。")));
    signal.addEventListener("abort", () => sent.abort());
    sent.send(file);
    if (signal.aborted) sent.abort();
  });
}

function pause(seconds, signal) {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      failed(new DOMException("", "AbortError"));
    });
  });
}

// 问一句；没有连上的隔一会儿再试几次，`told` 收到此刻该说的话。
export async function ask(question, history, chat, signal, told) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ question, history, chat }), signal };
  for (let tried = 0; ; tried++) {
    try {
      await me();
      return await call("/api/ask", options);
    } catch (error) {
      if (!error.away || tried === PAUSES.length) throw error;
      told(`连不上计划通，${PAUSES[tried]} 秒后再试……`);
      await pause(PAUSES[tried], signal);
      told("正在再试……");
    }
  }
}

export const get = (address) => call(address);
export const reports = () => call("/api/reports");
export const report = (name) => call("/api/reports/" + encodeURIComponent(name));
export const start = () => call("/api/start");
export const judge = (answer, verdict, correction) => send("POST", "/api/feedback", { answer, verdict, correction });
