"""Bridges and chats over ids and templates that nobody means: an answer or an error, never a crash."""

import random

import typecase
from conformance.chats import CHATS, user
from typecase.demo import MODEL

TEMPLATES = [
    "",
    "{{ messages }}",
    "{% for m in messages|reverse %}{{ m.content }}<|end|>{% endfor %}",
    "{% for m in messages %}{{ m.role }}{{ m.content }}{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}{{ messages[-1].content }}{% endif %}",
    "{% for m in messages %}{{ raise_exception('no') if loop.index > 2 }}{{ m.content }}{% endfor %}",
    "{% for m in messages %}{{ m.content|upper }}<|end|>{% endfor %}",
    "{% for m in messages %}{{ (m.content or '')|length }}<|end|>{% endfor %}",
    "{{ messages[-1].content }}",
    "{% for i in range(10000000) %}x{% endfor %}",
    "{% for m in messages %}<think>{{ m.reasoning_content }}</think>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<think>{% endif %}",
    "{{ messages|length % 2 }}{% for m in messages %}{{ m.content }}<|end|>{% endfor %}",
    "{% for m in messages %}{{ strftime_now('%f') }}{{ m.content }}<|end|>{% endfor %}",
    "{% for m in messages %}Cw4xTb9answer{{ m.content }}Cw4xTb9answer<|end|>{% endfor %}",
]


def test_random_ids_and_odd_templates():
    random.seed(7)
    vocabulary = (MODEL / "tokenizer.json").read_bytes()
    outcomes = {}
    for template in TEMPLATES:
        model = typecase.Model.from_parts(tokenizer_json=vocabulary, chat_template=template, config={"tokenizer_config": {"eos_token": "<|end|>"}})
        limit = model.info["vocab_size"]
        for case in range(60):
            ids = lambda: [random.choice((random.randrange(limit), limit - 1, limit, 0xFFFFFFFF, 0)) for _ in range(random.randrange(40))]  # noqa: E731
            messages, keywords = random.choice(list(CHATS.values()))
            new = random.sample(messages, random.randrange(len(messages) + 1))
            keywords = {**keywords, "thinking_retention": random.choice(("auto", "template", "tool_cycle", "all")), "attribution": random.random() < 0.3}
            prompt, completion = ids(), ids()
            try:
                bridge = model.bridge(prompt, completion, new, **keywords)
                outcome = bridge.reason or "bridged"
                if bridge:
                    assert bridge.ids.tolist()[: len(prompt) + len(completion)] == prompt + completion
            except typecase.TypecaseError as error:
                outcome = type(error).__name__
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert outcomes["bridged"] > 20 and len(outcomes) > 5, outcomes


def test_words_of_ours_in_messages(demo_model):
    """The words that stand for the history may stand in what callers write."""
    prompt = demo_model.render([user("Hi")], add_generation_prompt=True).ids
    said = demo_model.tokenizer.encode("Hello!<|end|>", add_special_tokens=False).ids
    for words in ("Cw4xTb9answer", "Uq4Wx9question", "Rq7mVz2thought", "Cw4xTb9answer<|end|>\n<|turn|>user\nCw4xTb9answer", "Bw6Zc1words"):
        bridge = demo_model.bridge(prompt, said, [user(words)])
        whole = demo_model.render([user("Hi"), {"role": "assistant", "content": "Hello!"}, user(words)], add_generation_prompt=True)
        assert bridge.ids.tolist() == whole.ids.tolist()
