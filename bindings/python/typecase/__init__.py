"""Chats in, exact token ids out; ids to an inference engine and back; a message out.

The C header typecase.h is the manual: what a function promises is written there, and the names here are its names.
"""

from ._abi import VERSION as __version__
from ._errors import (
    ArgumentError,
    BusyError,
    DeniedError,
    EncodingError,
    FieldError,
    FileError,
    ForkedError,
    JSONError,
    LimitError,
    NetworkError,
    NotExtendableError,
    NotFoundError,
    ProtocolError,
    RejectedError,
    RequestCancelledError,
    RequestTimeoutError,
    ServerError,
    TemplateError,
    TypecaseError,
    UnsupportedError,
    VocabularyError,
    WindowError,
)
from .backend import VLLM, Auto, Backend, HostBackend, OpenAI, SGLang
from .bridge import Bridge
from .chat import Chat
from .client import Client
from .completion import Choice, Completion
from .generate import generate, generate_many, stream
from .model import Model
from .parse import Event, Parsed, Parser, ToolCall, chunk, openai_message
from .rendered import Kind, Rendered
from .request import Request, StreamEvent
from .template import RenderedText, Template
from .tokenizer import Decoder, Encoding, Tokenizer

__all__ = [
    "ArgumentError", "Auto", "Backend", "Bridge", "BusyError", "Chat", "Choice", "Client", "Completion", "Decoder",
    "DeniedError", "Encoding", "EncodingError", "Event", "FieldError", "FileError", "ForkedError", "HostBackend", "JSONError", "Kind",
    "LimitError", "Model", "NetworkError", "NotExtendableError", "NotFoundError", "OpenAI", "Parsed", "Parser",
    "ProtocolError", "RejectedError", "Rendered", "RenderedText", "Request", "RequestCancelledError", "RequestTimeoutError",
    "SGLang", "ServerError", "StreamEvent", "Template", "TemplateError", "Tokenizer", "ToolCall", "TypecaseError",
    "UnsupportedError", "VLLM", "VocabularyError", "WindowError", "__version__", "chunk", "generate", "generate_many",
    "openai_message", "stream",
]
