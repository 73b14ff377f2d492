// Messages of a chat as a request for a reply.

/**
 * A message's part for a file.
 * @param {import("./state.js").Attachment} file
 * @param {string} url its data URL
 * @param {number} mostTokens of a picture; 0 for the model's own limit
 */
export function part(file, url, mostTokens) {
  const limit = mostTokens > 0 ? { max_tokens: mostTokens } : {};
  if (file.kind === "pdf") {
    const pages = file.pages ? { pages: file.pages } : {};
    return { type: "file", file: { filename: file.name, file_data: url, ...pages, ...limit } };
  }
  if (file.kind === "clip") {
    return { type: "video_url", video_url: { url } };
  }
  return { type: "image_url", image_url: { url, ...limit } };
}

/**
 * @typedef {object} Asked
 * @property {import("./chats.js").Node[]} path the messages
 * @property {string} system
 * @property {Record<string, unknown>} sampling
 * @property {number} pictureTokens
 * @property {string} model
 * @property {boolean} [continuing] the last message, a reply, is continued
 */

/**
 * The request.
 * @param {Asked} asked
 * @param {(id: string) => Promise<string>} dataUrlOf of a file
 */
export async function chatRequest(asked, dataUrlOf) {
  const messages = [];
  if (asked.system.trim()) messages.push({ role: "system", content: asked.system });
  for (const node of asked.path) {
    if (node.role === "assistant") {
      messages.push({ role: "assistant", content: node.text });
      continue;
    }
    const parts = [];
    for (const file of node.files ?? []) {
      parts.push(part(file, await dataUrlOf(file.id), asked.pictureTokens));
    }
    if (node.text || parts.length === 0) parts.push({ type: "text", text: node.text });
    messages.push({ role: "user", content: parts });
  }
  const request = {
    model: asked.model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    return_progress: true,
    ...samplingFields(asked.sampling),
  };
  if (asked.continuing) request.continue_final_message = true;
  return request;
}

/**
 * What was set, as the server's fields; empty is not set.
 * @param {Record<string, any>} sampling
 */
export function samplingFields(sampling) {
  const out = {};
  for (const [name, value] of Object.entries(sampling)) {
    if (value === "" || value === null || value === undefined) continue;
    if (name === "thinking") {
      if (value === "off") out.chat_template_kwargs = { enable_thinking: false };
    } else if (name === "stop" || name === "dry_sequence_breakers") {
      out[name] = String(value).split("\n").filter(Boolean).map(unescaped);
    } else if (name === "logit_bias") {
      out[name] = JSON.parse(value);
    } else if (name === "json_schema") {
      out.response_format = { type: "json_schema", json_schema: { name: "reply", schema: JSON.parse(value) } };
    } else {
      out[name] = value;
    }
  }
  return out;
}

/** @param {string} text with \n and \t as people type them */
function unescaped(text) {
  return text.replace(/\\n/g, "\n").replace(/\\t/g, "\t");
}
