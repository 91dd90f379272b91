// A result whose content type is not the one that its kind of value has.
'use strict';

const TYPE_CHARACTERS = 200;
const PRINTABLE = /^[ -~]*\/[ -~]*$/;

class Response {
  constructor(body, contentType) {
    if (typeof contentType !== 'string' || contentType.length > TYPE_CHARACTERS || !PRINTABLE.test(contentType)) {
      throw new TypeError(`the content type must be such as 'image/png', up to ${TYPE_CHARACTERS} printable ASCII characters`);
    }
    if (body instanceof Response) throw new TypeError('the body of a response is a response');
    this.body = body;
    this.contentType = contentType;
    Object.freeze(this);
  }
}

module.exports = { Response };
