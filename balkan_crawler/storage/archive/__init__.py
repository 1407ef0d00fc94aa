"""The archive: articles, their versions, teasers and copies, and the questions that are asked of them."""
