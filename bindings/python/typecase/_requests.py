"""Requests as the library takes them, from keyword arguments."""

TRAINING = ("roles", "role_to_mask", "content_roles", "ensure_final_stop", "message_loss_mask", "max_length")


def training(messages, roles, role_to_mask, content_roles, ensure_final_stop, message_loss_mask, max_length) -> dict:
    """The members of a training request. Members that say nothing are left out."""
    if callable(role_to_mask):
        role_to_mask = [bool(role_to_mask(message)) for message in messages]
    elif role_to_mask is not None:
        role_to_mask = dict(role_to_mask)
    request = {
        "roles": None if roles is None else list(roles),
        "role_to_mask": role_to_mask,
        "content_roles": None if content_roles is None else list(content_roles),
        "ensure_final_stop": ensure_final_stop or None,
        "message_loss_mask": None if message_loss_mask is None else list(message_loss_mask),
        "max_length": max_length,
    }
    return {name: value for name, value in request.items() if value is not None}


def conversation(messages, tools, options) -> dict:
    """The request of a render, from the keyword arguments of one."""
    options = dict(options)
    named = [options.pop(name, default) for name, default in _OPTIONS.items()]
    special = options.pop("special_tokens_in_content", "parse")
    request = chat_request(messages, tools, *named, options)
    return request if special == "parse" else {**request, "special_tokens_in_content": special}


_OPTIONS = {
    "documents": None, "add_generation_prompt": False, "continue_final_message": False, "chat_template": None,
    "mode": "apply_chat_template", "now": None,
}


def plain(prompt):
    """A sequence of Python values: arrays of ids become lists of ints."""
    return prompt.tolist() if hasattr(prompt, "tolist") else prompt


def chat_request(
    messages, tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now, template_kwargs
) -> dict:
    """The request of typecase_model_render. Members that say nothing are left out."""
    request = {"messages": list(messages), "add_generation_prompt": add_generation_prompt, "mode": mode}
    if tools is not None:
        request["tools"] = list(tools)
    if documents is not None:
        request["documents"] = list(documents)
    if continue_final_message:
        request["continue_final_message"] = continue_final_message
    if chat_template is not None:
        request["chat_template"] = chat_template
    if now is not None:
        request["now"] = now
    if template_kwargs:
        request["chat_template_kwargs"] = template_kwargs
    return request
