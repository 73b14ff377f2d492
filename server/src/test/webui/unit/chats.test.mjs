// The tree of a chat's messages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { add, branch, checked, found, newChat, path, show, siblings, summary } from "../../../main/resources/dev/ocelli/server/ui/chats.js";

function conversation() {
  const chat = newChat("be brief");
  const q = add(chat, null, { role: "user", text: "What is  this?\nA cat?" });
  const a = add(chat, q.id, { role: "assistant", text: "A dog." });
  return { chat, q, a };
}

test("a title comes from the first words", () => {
  assert.equal(conversation().chat.title, "What is this? A cat?");
  const chat = newChat("");
  add(chat, null, { role: "user", files: [{ name: "scan.pdf" }] });
  assert.equal(chat.title, "scan.pdf");
});

test("regenerating adds a version and keeps the other", () => {
  const { chat, q, a } = conversation();
  const b = add(chat, q.id, { role: "assistant", text: "A wolf." });
  b.created = a.created + 1;
  assert.deepEqual(path(chat).map((n) => n.text).slice(1), ["A wolf."]);
  assert.deepEqual(siblings(chat, b).map((n) => n.id), [a.id, b.id]);
  const more = add(chat, a.id, { role: "user", text: "Sure?" });
  show(chat, b.id);
  assert.equal(chat.leaf, b.id);
  show(chat, a.id);
  assert.equal(chat.leaf, more.id);
});

test("a branch is a chat of its own", () => {
  const { chat, a } = conversation();
  add(chat, a.id, { role: "user", text: "later" });
  const copy = branch(chat, a.id);
  assert.deepEqual(path(copy).map((n) => n.text), path(chat, a.id).map((n) => n.text));
  assert.equal(copy.system, "be brief");
  path(copy)[1].text = "changed";
  assert.equal(chat.nodes[a.id].text, "A dog.");
});

test("search wants all words, newest first", () => {
  const { chat } = conversation();
  const other = newChat("");
  add(other, null, { role: "user", text: "Zwei Hunde" });
  other.updated = chat.updated + 5;
  const all = [summary(chat), summary(other)];
  assert.deepEqual(found(all, "").map((c) => c.id), [other.id, chat.id]);
  assert.deepEqual(found(all, "DOG what").map((c) => c.id), [chat.id]);
  assert.deepEqual(found(all, "dog hunde"), []);
});

test("what is imported is checked", () => {
  const { chat } = conversation();
  assert.deepEqual(checked(JSON.parse(JSON.stringify(chat))), chat);
  const damaged = (f) => {
    const c = structuredClone(chat);
    f(c);
    return () => checked(c);
  };
  assert.throws(() => checked(null));
  assert.throws(damaged((c) => delete c.nodes));
  assert.throws(damaged((c) => (c.leaf = "none")));
  assert.throws(damaged((c) => (Object.values(c.nodes)[0].role = "system")));
  assert.throws(damaged((c) => (Object.values(c.nodes)[0].parent = "none")));
  assert.throws(damaged((c) => (Object.values(c.nodes)[0].parent = Object.keys(c.nodes)[1])), /behind itself/);
});
