// Starts the player and shows one capture in the sandboxed frame. What the frame tells is shown as text and not trusted.
"use strict";

const settings = JSON.parse(document.body.dataset.settings);
const told = document.getElementById("told");
const frame = document.getElementById("page");

function active(registration) {
  const worker = registration.installing || registration.waiting || registration.active;
  if (worker.state === "activated") return Promise.resolve(worker);
  return new Promise((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve(worker);
      if (worker.state === "redundant") reject(new Error("the player did not start"));
    });
  });
}

function added() {
  return new Promise((resolve) => {
    navigator.serviceWorker.onmessage = (event) => {
      if (event.data.msg_type === "collAdded" && event.data.name === settings.collection) resolve();
    };
  });
}

async function start() {
  const registration = await navigator.serviceWorker.register("/replay/sw.js", { scope: "/replay/" });
  const worker = await active(registration);
  const ready = added();
  worker.postMessage({
    msg_type: "addColl",
    name: settings.collection,
    skipExisting: true,
    type: "live",
    file: { sourceUrl: `proxy:${settings.records}` },
    extraConfig: {
      prefix: settings.records, isLive: false, archiveMod: "id_", archivePrefix: "", csp: settings.policy,
    },
  });
  await ready;
  frame.src = `/replay/w/${settings.collection}/${settings.page}`;
}

window.addEventListener("message", (event) => {
  const { wb_type: type, url, ts } = event.data || {};
  if (event.source === frame.contentWindow && ["load", "replace-url"].includes(type)) told.textContent = `${ts}  ${url}`;
});

start().catch((error) => { told.textContent = `The player does not work here: ${error.message}`; });
