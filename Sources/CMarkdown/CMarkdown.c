#include "CMarkdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <pthread.h>

static pthread_once_t registered = PTHREAD_ONCE_INIT;

cmark_node *cmarkdown_parse(const char *text, size_t length) {
    pthread_once(&registered, cmark_gfm_core_extensions_ensure_registered);
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8);
    if (parser == NULL) return NULL;
    cmark_syntax_extension *strikethrough = cmark_find_syntax_extension("strikethrough");
    if (strikethrough != NULL) cmark_parser_attach_syntax_extension(parser, strikethrough);
    cmark_parser_feed(parser, text, length);
    cmark_node *document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    if (document != NULL) cmark_consolidate_text_nodes(document);
    return document;
}

char *cmarkdown_html(cmark_node *document) {
    return cmark_render_html(document, CMARK_OPT_DEFAULT, NULL);
}
