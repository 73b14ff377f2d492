// Boxes and points out of replies: whole, streamed, damaged, hostile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byTime, colour, inPixels, regions, regionsOf } from "../../../main/resources/dev/ocelli/server/ui/boxes.js";

test("boxes and points with labels and places in the text", () => {
  const text = 'Here: ```json\n[{"bbox_2d": [10, 20, 300, 400], "label": "a {cat}"},\n{"point_2d": [5.5, 999], "label": "nose"}]\n```';
  const found = regions(text);
  assert.deepEqual(found.map((r) => [r.kind, r.at, r.label]), [
    ["box", [10, 20, 300, 400], "a {cat}"],
    ["point", [5.5, 999], "nose"],
  ]);
  assert.equal(text.slice(found[0].start, found[0].end), '{"bbox_2d": [10, 20, 300, 400], "label": "a {cat}"}');
});

test("a beginning of a reply has the regions that are complete", () => {
  const text = '[{"bbox_2d": [1, 2, 3, 4], "label": "x"}, {"bbox_2d": [5, 6, 7, 8], "label": "y"}]';
  for (let n = 0; n <= text.length; n++) {
    const expected = (text.slice(0, n).match(/}/g) ?? []).length;
    assert.equal(regions(text.slice(0, n)).length, expected, `${n} characters`);
  }
});

test("what is no region is none", () => {
  for (const text of [
    '{"bbox_2d": [1, 2, 3]}',
    '{"bbox_2d": [1, 2, 3, "4"]}',
    '{"bbox_2d": [1, 2, 3, 1e999]}',
    '{"bbox_2d": "1,2,3,4"}',
    '{"point_2d": null}',
    "{bbox_2d: [1,2,3,4]}",
    "{",
    '{"a": "\\',
  ]) {
    assert.deepEqual(regions(text), [], text);
  }
});

test("corners in any order, numbers outside, regions in objects", () => {
  assert.deepEqual(regions('{"objects": [{"bbox_2d": [500, 1200, 100, -5]}]}')[0].at, [100, 0, 500, 1000]);
});

test("pictures by number from 1; the first where nothing is said", () => {
  const all = regions('[{"bbox_2d": [0,0,1,1], "page": 2}, {"bbox_2d": [0,0,2,2]}]');
  assert.deepEqual(regionsOf(all, 0).map((r) => r.index), [1]);
  assert.deepEqual(regionsOf(all, 1).map((r) => r.index), [0]);
});

test("thousandths become the picture's own pixels", () => {
  const [r] = regions('{"bbox_2d": [250, 500, 750, 1000]}');
  assert.deepEqual(inPixels(r, 4032, 3024), [1008, 1512, 3024, 3024]);
});

test("equal labels have equal colours", () => {
  const all = regions('[{"bbox_2d":[0,0,1,1],"label":"a"},{"bbox_2d":[0,0,1,1],"label":"b"},{"bbox_2d":[1,1,2,2],"label":"a"}]');
  assert.equal(colour(all, 0), colour(all, 2));
  assert.notEqual(colour(all, 0), colour(all, 1));
});

test("a long text without end has no region", () => {
  assert.deepEqual(regions("{".repeat(200_000)), []);
  assert.deepEqual(regions('{"a":'.repeat(50_000)), []);
});

test("times in a clip, however they are written", () => {
  for (const [said, seconds] of [["2.5", 2.5], ['"2.5 seconds"', 2.5], ['"<12.0 seconds>"', 12], ['"01:02.5"', 62.5], ['"1:00:00"', 3600], ['"soon"', -1], ["-1", -1], ["null", -1], ["1e999", -1], ["[\"x\"]", -1]]) {
    const [r] = regions(`{"time": ${said}, "bbox_2d": [1, 2, 3, 4]}`);
    assert.equal(r.seconds, seconds, said);
  }
  assert.equal(regions('{"timestamp": 7, "point_2d": [1, 2]}')[0].seconds, 7);
});

test("regions of a clip by their times", () => {
  const all = regions('[{"time": 3, "bbox_2d": [0,0,1,1]}, {"bbox_2d": [0,0,2,2]}, {"time": 1, "bbox_2d": [0,0,3,3]}, {"time": 3, "bbox_2d": [0,0,4,4]}]');
  assert.deepEqual(byTime(regionsOf(all, 0)).map((some) => some.map((r) => r.index)), [[1], [2], [0, 3]]);
});
