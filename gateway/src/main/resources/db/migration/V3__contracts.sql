-- An image of the user's own was stored with the runtime "image"; now with the word of its contract.
UPDATE revision SET spec = replace(spec, '"runtime":"image"', '"runtime":"hearth"');
