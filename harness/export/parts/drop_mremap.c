
/* The pages move out of their mapping, which stays. */
static int drop(uint8_t *at, size_t bytes)
{
	void *to = mremap(at, bytes, bytes, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);

	return to == MAP_FAILED || munmap(to, bytes);
}
