"""What OpenAI's Python client gets from the server at $OCELLI_URL, which serves the nano model."""

import base64
import json
import os
import pathlib
import unittest

import openai
from pydantic import BaseModel

ROOT = pathlib.Path(__file__).resolve().parents[4]
PICTURE = (ROOT / "examples" / "heart-diamond-circle.png").read_bytes()
URL = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
QUESTION = dict(
    model="nano",
    temperature=0,
    max_tokens=40,
    messages=[
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Describe this image."},
                {"type": "image_url", "image_url": {"url": URL, "detail": "auto"}},
            ],
        }
    ],
)
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Bonn", "Rome"]}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


class Scene(BaseModel):
    circles: int
    colour: str


def client(key=os.environ["OCELLI_KEY"]):
    return openai.OpenAI(base_url=os.environ["OCELLI_URL"] + "/v1", api_key=key, max_retries=0)


class OpenAiClient(unittest.TestCase):
    def setUp(self):
        self.client = client()
        self.addCleanup(self.client.close)

    def test_models(self):
        self.assertEqual(1, len(list(self.client.models.list())))
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("other")

    def test_picture_whole_and_streamed(self):
        whole = self.client.chat.completions.create(**QUESTION)
        text = whole.choices[0].message.content
        self.assertIn("heart", text)
        parts = []
        usage = None
        for chunk in self.client.chat.completions.create(
            **QUESTION, stream=True, stream_options={"include_usage": True}
        ):
            usage = chunk.usage or usage
            parts += [c.delta.content or "" for c in chunk.choices]
        self.assertEqual(text, "".join(parts))
        self.assertEqual(whole.usage.completion_tokens, usage.completion_tokens)

    def test_responses(self):
        response = self.client.responses.create(
            model="nano",
            temperature=0,
            max_output_tokens=40,
            input=[
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "Describe this image."},
                        {"type": "input_image", "image_url": URL, "detail": "auto"},
                    ],
                }
            ],
        )
        self.assertIn("heart", response.output_text)

    def test_structured_output(self):
        parsed = self.client.chat.completions.parse(
            **{**QUESTION, "max_tokens": 200}, response_format=Scene, stop=["zzz"]
        )
        choice = parsed.choices[0]
        if choice.finish_reason == "stop":
            self.assertIsInstance(choice.message.parsed, Scene)

    def test_tools(self):
        request = dict(
            model="nano",
            temperature=0,
            messages=[{"role": "user", "content": "Weather?"}],
            tools=[TOOL],
            tool_choice={"type": "function", "function": {"name": "weather"}},
            parallel_tool_calls=False,
        )
        whole = self.client.chat.completions.create(**request)
        self.assertEqual("tool_calls", whole.choices[0].finish_reason)
        call = whole.choices[0].message.tool_calls[0]
        self.assertIn(json.loads(call.function.arguments)["city"], ["Bonn", "Rome"])
        with self.client.chat.completions.stream(**request) as stream:
            last = stream.get_final_completion()
        streamed = last.choices[0].message.tool_calls[0]
        self.assertEqual(call.function.arguments, streamed.function.arguments)
        answer = self.client.chat.completions.create(
            **{**request, "tool_choice": "none"} | {
                "max_tokens": 4,
                "messages": request["messages"]
                + [
                    whole.choices[0].message,
                    {"role": "tool", "tool_call_id": call.id, "content": "Sun."},
                ],
            }
        )
        self.assertGreater(answer.usage.prompt_tokens, whole.usage.prompt_tokens)

    def test_record(self):
        reply = self.client.chat.completions.create(**QUESTION, extra_body={"deterministic": True})
        record = reply.choices[0].record
        self.assertEqual(reply.choices[0].message.content, record["reply"]["text"])

    def test_errors(self):
        with self.assertRaises(openai.BadRequestError) as e:
            self.client.chat.completions.create(**{**QUESTION, "temperature": 200})
        self.assertEqual("temperature", e.exception.param)
        with self.assertRaises(openai.AuthenticationError), client("wrong") as stranger:
            stranger.models.list()


if __name__ == "__main__":
    unittest.main()
