"""Which signed sentences answer a question, if any: chosen and put in order, never changed, never written.

Pure. A question and the sentences are read by the dictionary that the fact check reads (drugs, foods, diseases, what
patient education speaks of). In doubt nothing is chosen: an answer must speak of everything that the question names.
"""
