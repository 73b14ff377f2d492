// Questions that work well, in both languages, each with the preset that suits it.

/**
 * @typedef {object} Template
 * @property {string} id
 * @property {string} icon
 * @property {string} preset
 * @property {Record<string, {title: string, hint: string, text: string}>} words by language
 */

/** @type {Template[]} */
export const TEMPLATES = [
  {
    id: "four",
    icon: "eye",
    preset: "describe",
    words: {
      en: {
        title: "Describe in four questions",
        hint: "Who, what, where, how it looks",
        text: "Describe this picture by answering four questions, each under a heading of its own:\n1. Subject: who or what is in it? Number, position, appearance.\n2. Action: what is happening, and how do the subjects relate to each other?\n3. Setting: where and when is it? Background, light, weather.\n4. Style: what kind of picture is it? Colours, composition, mood, and any text in it word for word.\nSay only what can be seen. Where you are not sure, say so.",
      },
      zh: {
        title: "四问描述",
        hint: "主体、行为、环境、风格",
        text: "请按以下四个问题描述这张图片，每个问题单独成段并加标题：\n1. 主体：图中有谁或有什么？数量、位置、外观。\n2. 行为：正在发生什么？各主体之间是什么关系？\n3. 环境：在哪里、什么时候？背景、光线、天气。\n4. 风格：这是什么类型的图片？色彩、构图、氛围，图中文字请逐字抄录。\n只描述看得见的内容；不确定的地方请注明。",
      },
    },
  },
  {
    id: "ocr",
    icon: "text",
    preset: "ocr",
    words: {
      en: {
        title: "Read all text",
        hint: "Word for word, in reading order",
        text: "Read all text in this picture word for word, in reading order. Keep line breaks, numbers and punctuation as they are. Write [?] for what cannot be read. Output nothing but the text.",
      },
      zh: {
        title: "文字识别",
        hint: "逐字、按阅读顺序",
        text: "请按阅读顺序逐字识别图中的全部文字，保留换行、数字和标点；无法辨认处写作 [?]。只输出文字本身。",
      },
    },
  },
  {
    id: "table",
    icon: "table",
    preset: "ocr",
    words: {
      en: {
        title: "Table to Markdown",
        hint: "Cells exactly as printed",
        text: "Transcribe every table in this picture as a Markdown table. Keep headings, order, units and digits exactly; leave empty cells empty; repeat the value of merged cells. Put the table's title before it.",
      },
      zh: {
        title: "表格转 Markdown",
        hint: "单元格与原文一致",
        text: "请把图中的每个表格转写为 Markdown 表格。表头、顺序、单位和数字与原文完全一致；空单元格留空；合并单元格重复其值。表格标题写在表格之前。",
      },
    },
  },
  {
    id: "contract",
    icon: "file",
    preset: "ocr",
    words: {
      en: {
        title: "Contract fields",
        hint: "JSON with the place of each field",
        text: 'Extract these fields from the contract: parties, date, subject, amount with currency, term, payment terms, signatures. Answer as a JSON array; one object a field: {"label": field, "text": exact words, "page": page from 1, "bbox_2d": [x1, y1, x2, y2]}. Use null as text for a field that is not there. Invent nothing.',
      },
      zh: {
        title: "合同要素",
        hint: "JSON，附每个字段的位置",
        text: '请从合同中提取：签约方、日期、标的、金额及币种、期限、付款条件、签署情况。以 JSON 数组回答，每个字段一个对象：{"label": 字段名, "text": 原文, "page": 页码（从 1 起）, "bbox_2d": [x1, y1, x2, y2]}。不存在的字段 text 为 null。不要编造。',
      },
    },
  },
  {
    id: "homework",
    icon: "check",
    preset: "factqa",
    words: {
      en: {
        title: "Grade homework",
        hint: "Each task: right, wrong, why",
        text: "This is homework. For each task give a row of a table: number, the pupil's answer as written, right or wrong, the right answer, and where the first mistake is. Check every calculation step by step. At the end: the score, and one friendly sentence on what to practise.",
      },
      zh: {
        title: "作业批改",
        hint: "逐题：对错与原因",
        text: "这是一份作业。请用表格逐题批改：题号、学生答案（照原样）、对或错、正确答案、第一处错误在哪里。每一步计算都要核对。最后给出得分，并用一句鼓励的话说明应加强练习的内容。",
      },
    },
  },
  {
    id: "defect",
    icon: "search",
    preset: "official-instruct",
    words: {
      en: {
        title: "Check for defects",
        hint: "Boxes around scratches, dents, cracks",
        text: 'Inspect this part for defects: scratches, dents, cracks, stains, missing or misplaced pieces. Answer as a JSON array; one object a defect: {"bbox_2d": [x1, y1, x2, y2], "label": kind of defect, "severity": "minor" | "major" | "critical"}. Answer [] when there is none.',
      },
      zh: {
        title: "缺陷检测",
        hint: "框出划痕、凹陷、裂纹",
        text: '请检查该零件是否有缺陷：划痕、凹陷、裂纹、污渍、缺件或错位。以 JSON 数组回答，每处缺陷一个对象：{"bbox_2d": [x1, y1, x2, y2], "label": 缺陷类型, "severity": "minor" | "major" | "critical"}。没有缺陷则回答 []。',
      },
    },
  },
  {
    id: "locate",
    icon: "box",
    preset: "official-instruct",
    words: {
      en: {
        title: "Locate every object",
        hint: "Boxes drawn on the picture",
        text: "Locate every object and output the bounding boxes in JSON.",
      },
      zh: {
        title: "定位所有物体",
        hint: "在图上画出边框",
        text: "定位图中的每个物体，并以 JSON 输出边界框 bbox_2d 和 label。",
      },
    },
  },
  {
    id: "short",
    icon: "spark",
    preset: "describe",
    words: {
      en: { title: "Describe", hint: "In a few sentences", text: "Describe this image." },
      zh: { title: "描述图片", hint: "用几句话", text: "请用中文描述这张图片" },
    },
  },
];
