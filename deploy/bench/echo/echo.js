exports.handle = (event, context) => event;
