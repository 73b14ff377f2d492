// A chat is a tree of messages: to edit or to regenerate adds a branch, nothing is overwritten. No part of the browser is used here.

/**
 * @typedef {object} Node a message
 * @property {string} id
 * @property {string | null} parent
 * @property {"user" | "assistant"} role
 * @property {string} text
 * @property {string} [reasoning]
 * @property {import("./state.js").Attachment[]} [files]
 * @property {string} [finish] why the reply ended
 * @property {{status: number, message: string}} [error]
 * @property {any} [timings]
 * @property {any} [usage]
 * @property {any[]} [media]
 * @property {string} [dropped] what left a long conversation
 * @property {string} [model]
 * @property {number} created
 */

/**
 * @typedef {object} Chat
 * @property {string} id
 * @property {string} title
 * @property {number} created
 * @property {number} updated
 * @property {string} system
 * @property {Record<string, Node>} nodes
 * @property {string | null} leaf the message at the end of the branch that is shown
 */

/** @typedef {{id: string, title: string, updated: number, words: string}} Summary */

const TITLE = 48;

export function newId() {
  return crypto.randomUUID();
}

/** @param {string} system @returns {Chat} */
export function newChat(system) {
  const now = Date.now();
  return { id: newId(), title: "", created: now, updated: now, system, nodes: {}, leaf: null };
}

/**
 * Adds a message behind another and shows it.
 * @param {Chat} chat
 * @param {string | null} parent
 * @param {Partial<Node> & {role: "user" | "assistant"}} message
 * @returns {Node}
 */
export function add(chat, parent, message) {
  const node = { text: "", ...message, id: newId(), parent, created: Date.now() };
  chat.nodes[node.id] = node;
  chat.leaf = node.id;
  chat.updated = node.created;
  if (!chat.title && node.role === "user") chat.title = titleOf(node);
  return node;
}

/** @param {Partial<Node>} node */
export function titleOf(node) {
  const words = (node.text ?? "").replace(/\s+/g, " ").trim();
  const name = words || node.files?.[0]?.name || "";
  return name.length > TITLE ? name.slice(0, TITLE - 1) + "…" : name;
}

/**
 * The messages that lead to one, first to last.
 * @param {Chat} chat
 * @param {string | null} [end]
 */
export function path(chat, end = chat.leaf) {
  const out = [];
  for (let id = end; id && chat.nodes[id]; id = chat.nodes[id].parent) out.unshift(chat.nodes[id]);
  return out;
}

/** The messages that stand in one place, oldest first. @param {Chat} chat @param {Node} node */
export function siblings(chat, node) {
  return children(chat, node.parent);
}

/** @param {Chat} chat @param {string | null} parent */
function children(chat, parent) {
  return Object.values(chat.nodes)
    .filter((n) => n.parent === parent)
    .sort((a, b) => a.created - b.created);
}

/** Shows the branch through a message, its newest end. @param {Chat} chat @param {string} id */
export function show(chat, id) {
  let end = id;
  for (let next = children(chat, end); next.length > 0; next = children(chat, end)) {
    end = next[next.length - 1].id;
  }
  chat.leaf = end;
}

/**
 * A chat of its own with the messages up to one.
 * @param {Chat} chat
 * @param {string} end
 * @returns {Chat}
 */
export function branch(chat, end) {
  const out = newChat(chat.system);
  out.title = chat.title;
  let parent = null;
  for (const node of path(chat, end)) {
    const copy = { ...structuredClone(node), id: newId(), parent };
    out.nodes[copy.id] = copy;
    parent = copy.id;
  }
  out.leaf = parent;
  return out;
}

/** Files that a chat's messages name. @param {Chat} chat */
export function filesOf(chat) {
  return Object.values(chat.nodes).flatMap((n) => n.files ?? []);
}

/** What the list of chats knows of one. @param {Chat} chat @returns {Summary} */
export function summary(chat) {
  const words = Object.values(chat.nodes).map((n) => n.text).join("\n").toLowerCase();
  return { id: chat.id, title: chat.title, updated: chat.updated, words };
}

/**
 * Chats with all words of a search, newest first.
 * @param {Summary[]} chats
 * @param {string} search
 */
export function found(chats, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return chats
    .filter((c) => words.every((w) => c.title.toLowerCase().includes(w) || c.words.includes(w)))
    .sort((a, b) => b.updated - a.updated);
}

/**
 * A chat as a file has it, or an error that says what is wrong.
 * @param {any} value
 * @returns {Chat}
 */
export function checked(value) {
  const fail = (/** @type {string} */ what) => {
    throw new Error(what);
  };
  if (typeof value?.id !== "string" || typeof value.nodes !== "object" || !value.nodes) fail("no chat");
  const nodes = {};
  for (const [id, n] of Object.entries(value.nodes)) {
    if (n?.id !== id || (n.role !== "user" && n.role !== "assistant") || typeof n.text !== "string") {
      fail(`message ${id}`);
    }
    if (n.parent !== null && !(n.parent in value.nodes)) fail(`message ${id} has no parent`);
    nodes[id] = n;
  }
  if (value.leaf !== null && !(value.leaf in nodes)) fail("leaf");
  for (const id of Object.keys(nodes)) {
    let steps = 0;
    for (let at = id; at; at = nodes[at].parent) {
      if (++steps > 100000) fail(`message ${id} is behind itself`);
    }
  }
  return {
    id: value.id,
    title: String(value.title ?? ""),
    created: Number(value.created) || Date.now(),
    updated: Number(value.updated) || Date.now(),
    system: String(value.system ?? ""),
    nodes,
    leaf: value.leaf,
  };
}
