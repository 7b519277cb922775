"""A tokenizer of a few words, built in memory."""

from __future__ import annotations

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

_WORDS = "a the man woman dog cat walks runs sits in on rain house street sea night day red green blue slow camera"
_CHAT = "{% for message in messages %}{{ message['content'] }} {% endfor %}"
SIZE = 3 + len(_WORDS.split())


def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer that knows a few words and takes every other for the same unknown one."""
    words = {word: number for number, word in enumerate(["<pad>", "</s>", "<unk>", *_WORDS.split()])}
    model = Tokenizer(WordLevel(words, unk_token="<unk>"))  # noqa: S106  a word, not a secret
    model.pre_tokenizer = Whitespace()
    model.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    made = PreTrainedTokenizerFast(tokenizer_object=model, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")  # noqa: S106
    made.chat_template = _CHAT
    return made
