#include "CGumbo.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

// gumbo asks us for all its memory. Every block is kept in one list, so that a parse may be abandoned at
// any allocation (longjmp over gumbo's own frames only, which hold nothing but these blocks), and so that
// a tree of any depth is freed in a loop.

typedef union Block {
    struct {
        union Block *next;
        union Block *previous;
        size_t size;
    } link;
    max_align_t alignment;
} Block;

struct CGumboTree {
    Block blocks;  // The list's anchor.
    CGumboLimits limits;
    size_t nodes;
    size_t attributesSinceNode;
    size_t bytes;
    const GumboNode *root;
    jmp_buf giveUp;
};

static void *allocate(void *userdata, size_t size) {
    CGumboTree *tree = userdata;
    // gumbo does not say what it allocates for; the sizes of its two structures do. Another block of just
    // that size is counted too, which errs on the safe side.
    if (size == sizeof(GumboNode)) {
        tree->attributesSinceNode = 0;
        if (++tree->nodes > tree->limits.nodes) longjmp(tree->giveUp, 1);
    } else if (size == sizeof(GumboAttribute)) {
        if (++tree->attributesSinceNode > tree->limits.attributes) longjmp(tree->giveUp, 1);
    }
    if (size > SIZE_MAX - sizeof(Block)) longjmp(tree->giveUp, 1);
    size_t needed = size + sizeof(Block);
    if (needed > tree->limits.bytes - tree->bytes) longjmp(tree->giveUp, 1);
    Block *block = malloc(needed);
    if (block == NULL) longjmp(tree->giveUp, 1);
    tree->bytes += needed;
    block->link.size = needed;
    block->link.previous = &tree->blocks;
    block->link.next = tree->blocks.link.next;
    if (block->link.next != NULL) block->link.next->link.previous = block;
    tree->blocks.link.next = block;
    return block + 1;
}

static void deallocate(void *userdata, void *memory) {
    if (memory == NULL) return;
    CGumboTree *tree = userdata;
    Block *block = (Block *)memory - 1;
    tree->bytes -= block->link.size;
    block->link.previous->link.next = block->link.next;
    if (block->link.next != NULL) block->link.next->link.previous = block->link.previous;
    free(block);
}

CGumboTree *cgumbo_parse(const char *text, size_t length, CGumboLimits limits) {
    CGumboTree *tree = calloc(1, sizeof(CGumboTree));
    if (tree == NULL) return NULL;
    tree->limits = limits;
    if (setjmp(tree->giveUp) != 0) {
        cgumbo_free(tree);
        return NULL;
    }
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = deallocate;
    options.userdata = tree;
    options.max_errors = 0;
    options.fragment_context = GUMBO_TAG_BODY;
    GumboOutput *output = gumbo_parse_with_options(&options, text, length);
    tree->root = output->root;
    if (tree->root == NULL) {
        cgumbo_free(tree);
        return NULL;
    }
    return tree;
}

const GumboNode *cgumbo_root(const CGumboTree *tree) {
    return tree->root;
}

void cgumbo_free(CGumboTree *tree) {
    if (tree == NULL) return;
    Block *block = tree->blocks.link.next;
    while (block != NULL) {
        Block *next = block->link.next;
        free(block);
        block = next;
    }
    free(tree);
}
