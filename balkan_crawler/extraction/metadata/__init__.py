"""What a page states of its story: the fields of the record but for body and teasers."""
