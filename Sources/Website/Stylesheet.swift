/// The one stylesheet: a page that reads well from 320 pixels up, light and dark.
enum Stylesheet {
    static let text = """
        :root { color-scheme: light dark; --ink: #1c2330; --soft: #556070; --paper: #fbfaf7; --card: #fff;
          --line: #d9dce1; --accent: #0b5c8a; --on-accent: #fff; --bad: #b3341f; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #aab3c0; --paper: #15181d;
          --card: #1d2128; --line: #3a414c; --accent: #7cc4f0; --on-accent: #10222e; --bad: #ff9c8a; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 42rem; padding: 0 1rem 3rem; background: var(--paper); color: var(--ink);
          font: 1.0625rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
        header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; padding: 1rem 0;
          border-bottom: 1px solid var(--line); }
        header .school { font-weight: 700; color: var(--ink); text-decoration: none; margin-right: auto; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.25rem 0; }
        h2 { font-size: 1.125rem; }
        a { color: var(--accent); }
        a:focus-visible, button:focus-visible, textarea:focus-visible, input:focus-visible, select:focus-visible,
        summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        article, .compose, .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
          padding: .75rem 1rem; margin: 0 0 1rem; }
        .author, .boost, .counts, .audience, .handle, footer { color: var(--soft); font-size: .9375rem; }
        .author, .boost { margin: 0; }
        .person { font-weight: 600; text-decoration: none; color: var(--ink); }
        .handle { font-weight: 400; }
        .content p { margin: .5rem 0; }
        .media { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); margin: .5rem 0; }
        .media figure { margin: 0; } .media img, .media video { max-width: 100%; height: auto; border-radius: .375rem; }
        .media audio { width: 100%; } .media figcaption { color: var(--soft); font-size: .9375rem; }
        .poll { margin: .5rem 0; } .poll ul { list-style: none; margin: 0; padding: 0; } .poll meter { display: block; width: 100%; }
        .choice { font-weight: 400; padding: .25rem 0; } fieldset { border: 1px solid var(--line); border-radius: .375rem;
          margin: .5rem 0; }
        .counts { margin: .5rem 0 0; }
        .card > button { margin-top: .5rem; }
        .actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
        form { margin: 0; } .actions form, nav form { display: inline; }
        label { display: block; font-weight: 600; margin: .5rem 0 .25rem; }
        input:not([type=hidden]), textarea, select { font: inherit; color: inherit; background: var(--paper);
          border: 1px solid var(--soft); border-radius: .375rem; padding: .5rem; max-width: 100%; }
        textarea, input[type=text], input[type=password] { width: 100%; }
        button { font: inherit; color: var(--accent); background: none; border: 1px solid var(--line);
          border-radius: .375rem; padding: .375rem .75rem; min-height: 2.5rem; cursor: pointer; }
        button.primary { background: var(--accent); color: var(--on-accent); border-color: var(--accent); margin-top: .5rem; }
        button.link { border: 0; padding: 0; min-height: 0; text-decoration: underline; }
        .error { border-left: 4px solid var(--bad); padding-left: .75rem; }
        .gap { color: var(--soft); border-left: 3px dotted var(--line); padding-left: .75rem; margin: 0 0 1rem; }
        .empty { color: var(--soft); }
        .skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; }
        .invisible { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .ellipsis::after { content: "…"; }
        footer { margin-top: 2rem; }
        .title { margin: .5rem 0 .25rem; font-size: 1.25rem; line-height: 1.3; }
        .title a { color: var(--ink); }
        .abstract { margin: .25rem 0 .5rem; color: var(--soft); }
        .hint, .edited { color: var(--soft); font-size: .9375rem; }
        .kind { display: inline-block; margin: .5rem 0 0; padding: .0625rem .625rem; border-radius: 1rem;
          border: 1px solid var(--accent); color: var(--accent); font-size: .875rem; font-weight: 600; }
        .content h2, .content h3, .content h4 { font-size: 1.125rem; line-height: 1.3; margin: 1.25rem 0 .5rem; }
        .content pre { overflow-x: auto; padding: .75rem; background: var(--paper); border: 1px solid var(--line);
          border-radius: .375rem; }
        .content blockquote { margin: .75rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
        .quote { margin: .75rem 0 .25rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
          font-size: .9688rem; }
        .quote p:first-child { margin-top: 0; } .quote p:last-child { margin-bottom: 0; }
        .preview { display: block; margin: .75rem 0 .25rem; padding: .5rem .75rem; border: 1px solid var(--line);
          border-radius: .5rem; color: var(--ink); text-decoration: none; }
        .preview img { float: right; width: 5rem; height: 5rem; margin-left: .75rem; object-fit: cover;
          border-radius: .25rem; }
        .preview::after { content: ""; display: block; clear: both; }
        .preview span { display: block; } .preview .about, .preview .site { color: var(--soft); font-size: .9375rem; }
        .quoting .quote-inline { display: none; }
        .reading { padding: 1rem 1.25rem; }
        .reading .abstract { font-size: 1.125rem; }
        .reading .content { font: 1.125rem/1.7 Georgia, "Noto Serif", serif; }
        .reading .content p { margin: 1rem 0; }
        .cover img, .attachments img { max-width: 100%; height: auto; border-radius: .375rem; }
        .attachments { margin: .5rem 0; padding-left: 1.25rem; }
        .compose details { margin: .5rem 0; }
        summary { cursor: pointer; }
        .check { font-weight: 400; display: flex; gap: .5rem; align-items: center; min-height: 2.5rem; margin: 0; }
        .personal { margin: 0 0 1rem; font-size: .9375rem; gap: .5rem 1rem; }
        .personal [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
        .more { margin-top: .5rem; } .more summary { color: var(--soft); font-size: .9375rem; }
        .more > form + form, .more > .actions { margin-top: .5rem; }
        .card > p:first-child { margin-top: 0; } .card > p:last-child { margin-bottom: 0; }
        .card > .primary { display: block; }
        .actions > .primary { margin-top: 0; }
        .actions > a { border: 1px solid var(--line); border-radius: .375rem; padding: .375rem .75rem;
          text-decoration: none; }
        select + button, input:not([type=hidden]) + button, .check + button { margin-top: .5rem; }
        p.counts, .author + .compose { margin: .5rem 0; }
        .emojis { display: flex; flex-wrap: wrap; gap: .375rem; align-items: center; margin: .5rem 0; }
        form.emojis > button { margin-top: 0; }
        .emoji { padding: .125rem .5rem; min-height: 2.25rem; border: 1px solid var(--line); border-radius: 1.125rem;
          color: var(--ink); }
        .emoji.own { border-color: var(--accent); font-weight: 600; }
        input[type=text].short { width: 7rem; }
        .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; justify-content: space-between; }
        .filtered { margin: 0 0 1rem; } .filtered > summary, .veil > summary { color: var(--soft); padding: .5rem 0; }
        .check input { flex: none; }
        .compose .primary { display: block; }
        .deliveries ul { list-style: none; margin: .5rem 0; padding: 0; }
        .deliveries li { padding: .375rem 0; border-top: 1px solid var(--line); }
        .deliveries li form { display: inline-block; margin-left: .25rem; }
        .wide { max-width: 60rem; }
        fieldset.plain { border: 0; margin: 0; padding: 0; min-width: 0; } input.short[type=text] { width: 10rem; }
        .saved { border-left: 4px solid var(--accent); padding-left: .75rem; }
        .figures { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
        .figures > * { min-width: 0; }
        figure.card { margin: 0 0 1rem; } figcaption h2 { margin: 0 0 .5rem; }
        .chart, .spark { display: block; width: 100%; height: auto; } .chart { max-width: 28rem; } .spark { max-width: 20rem; }
        .bar { fill: var(--accent); } .bar.failed { fill: var(--bad); } .track { fill: var(--line); }
        .axis { stroke: var(--soft); stroke-width: 1; } .chart text { font-size: 12px; fill: var(--soft); }
        .chart .name { fill: var(--ink); }
        .key { display: inline-block; width: .75rem; height: .75rem; border-radius: .125rem; background: var(--accent); }
        .key.failed { background: var(--bad); }
        .findings { list-style: none; margin: 0; padding: 0; } .findings li { padding: .5rem 0; border-top: 1px solid var(--line); }
        .findings .verdict { font-weight: 700; } .findings .bad .verdict { color: var(--bad); }
        .tabs { border-bottom: 1px solid var(--line); padding-bottom: .5rem; margin-bottom: 1rem; }
        .tabs [aria-current] { font-weight: 700; color: var(--ink); text-decoration: none; }
        .table { overflow-x: auto; } .table:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        table { border-collapse: collapse; width: 100%; font-size: .9375rem; overflow-wrap: normal; }
        th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); }
        @media (max-width: 40rem) {
          .table table, .table tbody, .table tr, .table td { display: block; }
          .table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .table tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
          .table td { border: 0; padding: .125rem 0; } .table td:empty { display: none; }
          .table td::before { content: attr(data-head) ": "; color: var(--soft); }
        }
        .filters { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: end; } .filters > * { margin: 0; }
        .filters .wide-field { flex: 1 1 14rem; }
        h3 { font-size: 1.0625rem; margin: 0; }
        code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }

        """
}
