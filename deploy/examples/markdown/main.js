// Turns a text in Markdown into a page of HTML, with the package `marked`.
'use strict';

const { Marked } = require('marked');

const SAFE_LINK = /^(https?:|mailto:|[^:]*$|[^:]*[/?#])/i;
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text) => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter]);

// HTML in the text is shown and not passed on, and no link may run a script: the text may be anybody's.
const markdown = new Marked({
  renderer: {
    html: escape,
    link: (href, title, text) => (SAFE_LINK.test(href) ? false : text),
    image: (href, title, text) => (SAFE_LINK.test(href) ? false : escape(text)),
  },
});

exports.handle = (event, context) => {
  if (typeof event !== 'string') throw new TypeError('send the text as text/markdown');
  const tokens = markdown.lexer(event);
  const title = tokens.find((token) => token.type === 'heading')?.text ?? 'Without a title';
  console.log(`${event.length} characters, ${tokens.length} blocks`);
  return context.response(page(title, markdown.parser(tokens)), 'text/html; charset=utf-8');
};

function page(title, body) {
  return `<!DOCTYPE html>\n<meta charset="utf-8">\n<title>${escape(title)}</title>\n${body}`;
}
