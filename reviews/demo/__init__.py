"""A believable made-up organisation for trying the product: people, a committee, seven cases on their way.

Everything is brought about by the product's own actions, with moments in the weeks before today. The data lie in
YAML beside the code; nothing here is imported by the product itself.
"""
