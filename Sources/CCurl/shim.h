#ifndef TYPECASE_CCURL_H
#define TYPECASE_CCURL_H
#include <curl/curl.h>

/* curl_easy_setopt and curl_easy_getinfo are variadic and type-checked by macros: these are their typed forms. */
typedef size_t (*ccurl_write_callback)(char *data, size_t size, size_t count, void *user_data);

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_large(CURL *handle, CURLoption option, long long value) {
    return curl_easy_setopt(handle, option, (curl_off_t)value);
}
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_url(CURL *handle, CURLU *value) {
    return curl_easy_setopt(handle, CURLOPT_CURLU, value);
}
static inline CURLcode ccurl_set_bytes(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_writer(CURL *handle, ccurl_write_callback callback, void *user_data) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, user_data);
}
typedef int (*ccurl_opened_callback)(void *user_data, curl_socket_t socket, curlsocktype purpose);
typedef int (*ccurl_closed_callback)(void *user_data, curl_socket_t socket);

static inline CURLcode ccurl_set_sockets(
    CURL *handle, ccurl_opened_callback opened, ccurl_closed_callback closed, void *user_data) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, opened);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, user_data);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, closed);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, user_data);
}
static inline CURLcode ccurl_set_error_buffer(CURL *handle, char *buffer) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}
static inline CURLcode ccurl_set_private(CURL *handle, void *user_data) {
    return curl_easy_setopt(handle, CURLOPT_PRIVATE, user_data);
}
static inline void *ccurl_get_private(CURL *handle) {
    char *user_data = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &user_data);
    return user_data;
}
static inline CURLcode ccurl_get_large(CURL *handle, CURLINFO info, long long *out) {
    curl_off_t value = 0;
    CURLcode code = curl_easy_getinfo(handle, info, &value);
    *out = value;
    return code;
}
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *out) {
    return curl_easy_getinfo(handle, info, out);
}

/* The same of a multi handle. */
typedef int (*ccurl_socket_callback)(CURL *handle, curl_socket_t socket, int what, void *user_data, void *socket_data);
typedef int (*ccurl_timer_callback)(CURLM *multi, long milliseconds, void *user_data);

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode ccurl_multi_set_callbacks(
    CURLM *multi, ccurl_socket_callback socket, ccurl_timer_callback timer, void *user_data) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, user_data);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    return code != CURLM_OK ? code : curl_multi_setopt(multi, CURLMOPT_TIMERDATA, user_data);
}
/* The next transfer that has ended: 1, with its handle and result, or 0. */
static inline int ccurl_multi_next_ended(CURLM *multi, CURL **out_handle, CURLcode *out_code) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *out_handle = message->easy_handle;
        *out_code = message->data.result;
        return 1;
    }
    return 0;
}
#endif
