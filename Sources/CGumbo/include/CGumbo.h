#ifndef STAFFROOM_CGUMBO_H
#define STAFFROOM_CGUMBO_H

#include <gumbo.h>
#include <stddef.h>

/// What one parse may use. gumbo 0.10 has no limits of its own, and the HTML algorithm lets a short text
/// ask for a very large tree: unclosed formatting elements are cloned into every later paragraph.
typedef struct {
    /// The most nodes: elements, texts and comments, clones among them.
    size_t nodes;
    /// The most attributes between one node and the next; gumbo compares each attribute of a tag with
    /// every other.
    size_t attributes;
    /// The most bytes allocated at one time.
    size_t bytes;
} CGumboLimits;

typedef struct CGumboTree CGumboTree;

/// Parses `length` bytes of UTF-8 as what a <body> contains. The bytes must outlive the tree.
/// Returns NULL when a limit is passed, when memory runs out, or when gumbo gives up; nothing leaks then.
CGumboTree *_Nullable cgumbo_parse(const char *_Nonnull text, size_t length, CGumboLimits limits);

/// The element whose children are the parsed text's top level.
const GumboNode *_Nonnull cgumbo_root(const CGumboTree *_Nonnull tree);

/// Frees the tree without recursion (gumbo's own function recurses as deep as the text nests).
void cgumbo_free(CGumboTree *_Nullable tree);

#endif
