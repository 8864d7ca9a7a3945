'''Doc.'''
slow(1)
