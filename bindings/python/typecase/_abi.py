"""The C interface as ctypes sees it. Made by tools/generate_abi.py from include/typecase.h: do not edit."""

from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_float, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

VERSION = "0.1.0"

TYPECASE_OK = 0
TYPECASE_ERR_ARGUMENT = 1
TYPECASE_ERR_JSON = 2
TYPECASE_ERR_FIELD = 3
TYPECASE_ERR_UTF8 = 4
TYPECASE_ERR_FILE = 5
TYPECASE_ERR_TEMPLATE = 6
TYPECASE_ERR_UNSUPPORTED = 7
TYPECASE_ERR_VOCABULARY = 8
TYPECASE_ERR_WINDOW = 9
TYPECASE_ERR_LIMIT = 10
TYPECASE_ERR_NETWORK = 11
TYPECASE_ERR_TIMEOUT = 12
TYPECASE_ERR_PROTOCOL = 13
TYPECASE_ERR_DENIED = 14
TYPECASE_ERR_NOT_FOUND = 15
TYPECASE_ERR_BUSY = 16
TYPECASE_ERR_REJECTED = 17
TYPECASE_ERR_SERVER = 18
TYPECASE_ERR_FORKED = 19
TYPECASE_ERR_NOT_EXTENDABLE = 20
TYPECASE_ERR_CANCELLED = 21
TYPECASE_ENCODE_NO_SPECIAL_TOKENS = 1
TYPECASE_ENCODE_SPECIAL_AS_TEXT = 2
TYPECASE_ENCODE_OFFSETS = 4
TYPECASE_ENCODE_TRUNCATE_AND_PAD = 8
TYPECASE_ENCODE_REPLACE_INVALID = 16
TYPECASE_ENCODE_NO_CACHE = 32
TYPECASE_TEMPLATE_ORIGINS = 1
TYPECASE_KIND_SCAFFOLD = 0
TYPECASE_KIND_CONTENT = 1
TYPECASE_KIND_REASONING = 2
TYPECASE_KIND_TOOL_NAME = 3
TYPECASE_KIND_TOOL_ARGUMENTS = 4
TYPECASE_KIND_TOOL_CALL = 5
TYPECASE_KIND_TOOL_RESULT = 6
TYPECASE_KIND_TOOLS = 7
TYPECASE_KIND_DOCUMENTS = 8
TYPECASE_KIND_MEDIA = 9
TYPECASE_KIND_GENERATION_PROMPT = 10
TYPECASE_KIND_SPECIAL = 11
TYPECASE_CALL_NAME = 0
TYPECASE_CALL_ID = 1
TYPECASE_CALL_ARGUMENTS = 2
TYPECASE_CALL_STATUS = 3
TYPECASE_CALL_RAW = 4
TYPECASE_EVENT_CONTENT = 1
TYPECASE_EVENT_REASONING = 2
TYPECASE_EVENT_REASONING_END = 3
TYPECASE_EVENT_CALL = 4
TYPECASE_EVENT_ARGUMENTS = 5
TYPECASE_EVENT_CALL_END = 6
TYPECASE_EVENT_TOKENS = 7
TYPECASE_EVENT_FINISH = 8


class typecase_encode_options(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class typecase_template_options(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("now", c_char_p),
        ("now_len", c_size_t),
        ("flags", c_uint32),
        ("max_depth", c_uint32),
        ("max_steps", c_uint64),
        ("max_output_bytes", c_uint64),
    ]


class typecase_model_parts(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("tokenizer_json", c_char_p),
        ("tokenizer_json_len", c_size_t),
        ("chat_template", c_char_p),
        ("chat_template_len", c_size_t),
        ("config", c_char_p),
        ("config_len", c_size_t),
    ]


class typecase_wire(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("user", POINTER(None)),
        ("encode", CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p)),
        ("decode", CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_int, c_void_p)),
    ]


class typecase_client_options(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("connect_timeout_ms", c_uint64),
        ("timeout_ms", c_uint64),
        ("max_response_bytes", c_uint64),
        ("first_byte_timeout_ms", c_uint64),
        ("idle_timeout_ms", c_uint64),
        ("connections_per_server", c_uint64),
        ("connections", c_uint64),
        ("workers", c_uint64),
    ]


class typecase_stream_event(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("kind", c_uint32),
        ("choice", c_uint32),
        ("call", c_size_t),
        ("text", c_char_p),
        ("text_len", c_size_t),
        ("ids", POINTER(c_uint32)),
        ("logprobs", POINTER(c_float)),
        ("count", c_size_t),
    ]


# name: (result, parameters)
FUNCTIONS = {
    "typecase_version": (c_char_p, []),
    "typecase_status_name": (c_char_p, [c_int]),
    "typecase_error_free": (None, [c_void_p]),
    "typecase_error_status": (c_int, [c_void_p]),
    "typecase_error_message": (c_void_p, [c_void_p, c_void_p]),
    "typecase_error_line": (c_size_t, [c_void_p]),
    "typecase_error_column": (c_size_t, [c_void_p]),
    "typecase_error_offset": (c_size_t, [c_void_p]),
    "typecase_error_field": (c_void_p, [c_void_p, c_void_p]),
    "typecase_error_http_status": (c_int, [c_void_p]),
    "typecase_error_source_message": (c_void_p, [c_void_p, c_void_p]),
    "typecase_error_kind": (c_void_p, [c_void_p, c_void_p]),
    "typecase_text_data": (c_void_p, [c_void_p, c_void_p]),
    "typecase_text_runs": (c_void_p, [c_void_p, c_void_p]),
    "typecase_text_origins": (c_void_p, [c_void_p, c_void_p]),
    "typecase_text_generations": (c_void_p, [c_void_p, c_void_p]),
    "typecase_text_free": (None, [c_void_p]),
    "typecase_tokenizer_open": (c_int, [c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_tokenizer_new": (c_int, [c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_tokenizer_new_tiktoken": (c_int, [c_char_p, c_size_t, c_char_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_tokenizer_new_tekken": (c_int, [c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_tokenizer_free": (None, [c_void_p]),
    "typecase_tokenizer_encode": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_tokenizer_encode_pair": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_tokenizer_encode_batch": (c_int, [c_void_p, c_void_p, c_void_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_tokenizer_encode_into": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p, c_size_t, c_void_p, c_void_p]),
    "typecase_encoding_ids": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_starts": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_byte_offsets": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_char_offsets": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_type_ids": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_special_tokens_mask": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_attention_mask": (c_void_p, [c_void_p, c_void_p]),
    "typecase_encoding_free": (None, [c_void_p]),
    "typecase_tokenizer_decode": (c_int, [c_void_p, c_void_p, c_size_t, c_int, c_void_p, c_void_p]),
    "typecase_tokenizer_decode_into": (c_int, [c_void_p, c_void_p, c_size_t, c_int, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_decoder_new": (c_int, [c_void_p, c_int, c_void_p, c_void_p]),
    "typecase_decoder_push": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_decoder_finish": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "typecase_decoder_free": (None, [c_void_p]),
    "typecase_tokenizer_vocab_size": (c_size_t, [c_void_p]),
    "typecase_tokenizer_id_limit": (c_size_t, [c_void_p]),
    "typecase_tokenizer_token_to_id": (c_int64, [c_void_p, c_char_p, c_size_t]),
    "typecase_tokenizer_id_to_token": (c_int, [c_void_p, c_uint32, c_void_p, c_void_p]),
    "typecase_tokenizer_token_bytes": (c_int, [c_void_p, c_uint32, c_void_p, c_void_p]),
    "typecase_tokenizer_info": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_template_new": (c_int, [c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_template_free": (None, [c_void_p]),
    "typecase_template_render": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_template_info": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_open": (c_int, [c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_new": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_model_free": (None, [c_void_p]),
    "typecase_model_tokenizer": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_model_info": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_model_prefix_stability": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_render": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_bridge": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_chat_new": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_chat_free": (None, [c_void_p]),
    "typecase_chat_append": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "typecase_chat_count": (c_size_t, [c_void_p]),
    "typecase_chat_render": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_chat_bridge": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_render_prompt": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_training_sample": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_training_samples": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_rendered_ids": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_starts": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_byte_offsets": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_char_offsets": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_text": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_rendered_message_indices": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_sampled_mask": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_is_content": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_kinds": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_straddles": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_generation_mask": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_loss_mask": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_message_starts": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_message_spans": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_message_counts": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_messages": (c_void_p, [c_void_p, c_void_p]),
    "typecase_rendered_control_tokens_in_content": (c_size_t, [c_void_p]),
    "typecase_rendered_free": (None, [c_void_p]),
    "typecase_model_format": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_with_format": (c_int, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_model_parse": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_parsed_json": (c_void_p, [c_void_p, c_void_p]),
    "typecase_parsed_message": (c_void_p, [c_void_p, c_void_p]),
    "typecase_parsed_content": (c_void_p, [c_void_p, c_void_p]),
    "typecase_parsed_reasoning": (c_void_p, [c_void_p, c_void_p]),
    "typecase_parsed_reasoning_complete": (c_int, [c_void_p]),
    "typecase_parsed_call_count": (c_size_t, [c_void_p]),
    "typecase_parsed_call": (c_void_p, [c_void_p, c_size_t, c_uint32, c_void_p]),
    "typecase_parsed_call_span": (c_void_p, [c_void_p, c_size_t]),
    "typecase_parsed_free": (None, [c_void_p]),
    "typecase_parser_new": (c_int, [c_void_p, c_void_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_parser_push": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p]),
    "typecase_parser_finish": (c_int, [c_void_p, c_void_p]),
    "typecase_parser_next": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "typecase_parser_free": (None, [c_void_p]),
    "typecase_backend_new": (c_int, [c_char_p, c_size_t, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_writer_append": (None, [c_void_p, c_char_p, c_size_t]),
    "typecase_backend_new_host": (c_int, [c_char_p, c_size_t, c_char_p, c_size_t, c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    "typecase_backend_free": (None, [c_void_p]),
    "typecase_client_new": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_client_free": (None, [c_void_p]),
    "typecase_client_fd": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_client_next": (c_int, [c_void_p, c_uint64, c_void_p, c_size_t, c_void_p, c_void_p]),
    "typecase_client_load": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "typecase_generate": (c_int, [c_void_p, c_void_p, c_void_p, c_char_p, c_size_t, c_void_p, c_size_t, c_void_p, c_void_p]),
    "typecase_submit": (c_int, [c_void_p, c_void_p, c_void_p, c_char_p, c_size_t, c_void_p, c_size_t, c_uint64, c_void_p, c_void_p]),
    "typecase_request_wait": (c_int, [c_void_p, c_uint64]),
    "typecase_request_is_done": (c_int, [c_void_p]),
    "typecase_request_completion": (c_int, [c_void_p, c_void_p, c_void_p]),
    "typecase_request_next": (c_int, [c_void_p, c_void_p]),
    "typecase_request_cancel": (None, [c_void_p]),
    "typecase_request_free": (None, [c_void_p]),
    "typecase_completion_count": (c_size_t, [c_void_p]),
    "typecase_completion_prompt_ids": (c_void_p, [c_void_p, c_void_p]),
    "typecase_completion_ids": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_completion_logprobs": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_completion_top_logprobs": (c_size_t, [c_void_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_completion_sampling_logprobs": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_completion_sampling_mask": (c_size_t, [c_void_p, c_size_t, c_void_p, c_void_p]),
    "typecase_completion_prompt_logprobs": (c_void_p, [c_void_p, c_void_p]),
    "typecase_completion_prompt_top_logprobs": (c_size_t, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "typecase_completion_finish_reason": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_completion_message": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_completion_parsed": (c_void_p, [c_void_p, c_size_t, c_void_p]),
    "typecase_completion_routed_experts": (c_void_p, [c_void_p, c_size_t, c_void_p, c_void_p, c_void_p]),
    "typecase_completion_info": (c_void_p, [c_void_p, c_void_p]),
    "typecase_completion_free": (None, [c_void_p]),
}
