#ifndef STAFFROOM_CMARKDOWN_H
#define STAFFROOM_CMARKDOWN_H

#include <cmark-gfm.h>
#include <stddef.h>

/// Parses `length` bytes of UTF-8 as CommonMark with GitHub's strikethrough; adjacent texts are one node.
///
/// The caller frees the document with cmark_node_free. Returns NULL when cmark gives up.
cmark_node *_Nullable cmarkdown_parse(const char *_Nonnull text, size_t length);

/// Renders a document as HTML without its raw HTML and without addresses such as `javascript:`.
///
/// The caller frees the text with free.
char *_Nullable cmarkdown_html(cmark_node *_Nonnull document);

#endif
