// Counts a text: words, sentences, chapters, the commonest words, the longest sentence.

exports.handle = async (event, context) => {
  if (typeof event !== "string") {
    throw new TypeError("send the book as text/plain");
  }
  const words = event.toLowerCase().match(/\p{L}+/gu) ?? [];
  const sentences = event.split(/[.!?]\s/u).filter((s) => s.trim() !== "");
  const counts = new Map();
  for (const word of words) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const common = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10);
  const longest = sentences.reduce((max, s) => Math.max(max, s.trim().split(/\s+/u).length), 0);
  console.log(`counted ${words.length} words`);
  return {
    words: words.length,
    distinct: counts.size,
    sentences: sentences.length,
    chapters: (event.match(/^CHAPTER \d+$/gmu) ?? []).length,
    common: Object.fromEntries(common),
    longestSentence: longest,
  };
};
