// The logical device: which features it must have, what is turned on, what caps say.
#include "backends/vulkan/vk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Newer than some headers; any shader may ask for it, and kernels of module files do.
#define MAXIMAL_RECONVERGENCE "VK_KHR_shader_maximal_reconvergence"
struct maximal_reconvergence {
    VkStructureType type;
    void *next;
    VkBool32 on;
};
#define MAXIMAL_RECONVERGENCE_TYPE ((VkStructureType)1000434000)

struct
    features {  // one chain, asked for and then given back: all that is there is on, but for a few
    VkPhysicalDeviceFeatures2 base;
    VkPhysicalDeviceVulkan11Features v11;
    VkPhysicalDeviceVulkan12Features v12;
    VkPhysicalDeviceVulkan13Features v13;
    VkPhysicalDeviceShaderClockFeaturesKHR clock;
    VkPhysicalDeviceShaderSubgroupUniformControlFlowFeaturesKHR uniform;
    struct maximal_reconvergence maximal;
    const char *extensions[3];
    uint32_t extension_count;
};

struct extensions {
    VkExtensionProperties *all;
    uint32_t count;
};

static bool extension_present(const struct extensions *e, const char *name)
{
    for (uint32_t i = 0; i < e->count; i++)
        if (!strcmp(e->all[i].extensionName, name)) return true;
    return false;
}

static void features_add(struct features *f, const struct extensions *e, const char *name,
                         void *features)
{
    if (!extension_present(e, name)) return;
    VkBaseOutStructure *s = features;
    s->pNext = f->base.pNext;
    f->base.pNext = s;
    f->extensions[f->extension_count++] = name;
}

static void features_get(struct vk_dev *d, const struct extensions *e, struct features *f)
{
    memset(f, 0, sizeof *f);
    f->base.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    f->base.pNext = &f->v11;
    f->v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
    f->v11.pNext = &f->v12;
    f->v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    f->v12.pNext = &f->v13;
    f->v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    f->clock.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_CLOCK_FEATURES_KHR;
    f->uniform.sType =
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_SUBGROUP_UNIFORM_CONTROL_FLOW_FEATURES_KHR;
    f->maximal.type = MAXIMAL_RECONVERGENCE_TYPE;
    features_add(f, e, VK_KHR_SHADER_CLOCK_EXTENSION_NAME, &f->clock);
    features_add(f, e, VK_KHR_SHADER_SUBGROUP_UNIFORM_CONTROL_FLOW_EXTENSION_NAME, &f->uniform);
    features_add(f, e, MAXIMAL_RECONVERGENCE, &f->maximal);
    d->vk.GetPhysicalDeviceFeatures2(d->physical, &f->base);
    // These cost something and serve nobody here.
    f->base.features.robustBufferAccess = VK_FALSE;
    f->v11.protectedMemory = VK_FALSE;
    f->v12.bufferDeviceAddressCaptureReplay = VK_FALSE;
    f->v12.bufferDeviceAddressMultiDevice = VK_FALSE;
    f->v13.robustImageAccess = VK_FALSE;
}

static const char *features_lack(const struct features *f)
{
    const struct {
        VkBool32 on;
        const char *name;
    } required[] = {
        {f->v12.bufferDeviceAddress, "bufferDeviceAddress"},
        {f->base.features.shaderInt64, "shaderInt64"},
        {f->v12.shaderBufferInt64Atomics, "shaderBufferInt64Atomics"},
        {f->v12.vulkanMemoryModel, "vulkanMemoryModel"},
        {f->v12.scalarBlockLayout, "scalarBlockLayout"},
        {f->v12.timelineSemaphore, "timelineSemaphore"},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (!required[i].on) return required[i].name;
    return NULL;
}

// What code may need and this device has, by features; subgroup operations are properties.
static uint32_t features_has(const struct features *f)
{
    const struct {
        VkBool32 on;
        uint32_t has;
    } table[] = {
        {f->v12.shaderInt8, HC_SPIRV_NEEDS_INT8},
        {f->base.features.shaderInt16, HC_SPIRV_NEEDS_INT16},
        {f->v12.shaderFloat16, HC_SPIRV_NEEDS_FLOAT16},
        {f->base.features.shaderFloat64, HC_SPIRV_NEEDS_FLOAT64},
        {f->v12.storageBuffer8BitAccess, HC_SPIRV_NEEDS_STORAGE8},
        {f->v11.storageBuffer16BitAccess, HC_SPIRV_NEEDS_STORAGE16},
        {f->clock.shaderDeviceClock, HC_SPIRV_NEEDS_CLOCK},
    };
    uint32_t has = HC_SPIRV_NEEDS_RECURSION;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) has |= table[i].on ? table[i].has : 0;
    return has;
}

static uint32_t subgroups_has(const VkPhysicalDeviceVulkan11Properties *p)
{
    const VkSubgroupFeatureFlags ops = p->subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT
                                           ? p->subgroupSupportedOperations
                                           : 0;
    return (ops & VK_SUBGROUP_FEATURE_VOTE_BIT ? VK_NEEDS_VOTE : 0) |
           (ops & VK_SUBGROUP_FEATURE_BALLOT_BIT ? VK_NEEDS_BALLOT : 0) |
           (ops & VK_SUBGROUP_FEATURE_SHUFFLE_BIT ? VK_NEEDS_SHUFFLE : 0) |
           (ops & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT ? VK_NEEDS_ARITHMETIC : 0);
}

// Waves in flight at once, from whichever property tells.
static uint32_t resident_estimate(struct vk_dev *d, const struct extensions *e,
                                  const VkPhysicalDeviceProperties *p)
{
    if (p->deviceType ==
        VK_PHYSICAL_DEVICE_TYPE_CPU) {  // a thread a processor runs one group after another
        const char *threads = getenv("LP_NUM_THREADS");
        const long n = threads ? strtol(threads, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
        return n > 1 ? (uint32_t)n : 1;
    }
    if (extension_present(e, VK_NV_SHADER_SM_BUILTINS_EXTENSION_NAME)) {
        VkPhysicalDeviceShaderSMBuiltinsPropertiesNV sm = {
            .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_SM_BUILTINS_PROPERTIES_NV};
        d->vk.GetPhysicalDeviceProperties2(
            d->physical,
            &(VkPhysicalDeviceProperties2){.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
                                           .pNext = &sm});
        return sm.shaderSMCount * sm.shaderWarpsPerSM;
    }
    if (extension_present(e, VK_AMD_SHADER_CORE_PROPERTIES_EXTENSION_NAME)) {
        VkPhysicalDeviceShaderCorePropertiesAMD core = {
            .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_CORE_PROPERTIES_AMD};
        d->vk.GetPhysicalDeviceProperties2(
            d->physical,
            &(VkPhysicalDeviceProperties2){.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
                                           .pNext = &core});
        return core.shaderEngineCount * core.shaderArraysPerEngineCount *
               core.computeUnitsPerShaderArray * core.simdPerComputeUnit * core.wavefrontsPerSimd;
    }
    return 1024;
}

static void caps_fill(struct vk_dev *d, const struct extensions *e,
                      const struct hc_dev_params *params)
{
    struct hc_caps *caps = &d->pub.caps;
    VkPhysicalDeviceVulkan13Properties v13 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES};
    VkPhysicalDeviceVulkan12Properties v12 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES, .pNext = &v13};
    VkPhysicalDeviceVulkan11Properties v11 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, .pNext = &v12};
    VkPhysicalDeviceProperties2 p = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
                                     .pNext = &v11};
    d->vk.GetPhysicalDeviceProperties2(d->physical, &p);
    const VkPhysicalDeviceLimits *limits = &p.properties.limits;
    snprintf(caps->name, sizeof caps->name, "%.127s", p.properties.deviceName);
    snprintf(caps->driver, sizeof caps->driver, "%.60s %.60s", v12.driverName, v12.driverInfo);
    caps->wave_width = v11.subgroupSize;
    caps->resident = resident_estimate(d, e, &p.properties);
    caps->group_max = limits->maxComputeWorkGroupSize[0] < limits->maxComputeWorkGroupInvocations
                          ? limits->maxComputeWorkGroupSize[0]
                          : limits->maxComputeWorkGroupInvocations;
    caps->mapped = !params->no_mapped && vk_mem_mapped(d);
    // A running kernel may cache host memory for as long as it runs; device memory it may not.
    caps->live = caps->mapped || vk_mem_unified(d);
    d->groups_max = limits->maxComputeWorkGroupCount[0];
    d->shared_max = limits->maxComputeSharedMemorySize;
    d->buffer_max = v13.maxBufferSize;
    d->has |= subgroups_has(&v11);
    const uint32_t driver[] = {p.properties.vendorID, p.properties.deviceID,
                               p.properties.driverVersion};
    d->driver_hash = vk_hash(0, p.properties.pipelineCacheUUID, VK_UUID_SIZE);
    d->driver_hash = vk_hash(d->driver_hash, driver, sizeof driver);

    const bool lavapipe = v12.driverID == VK_DRIVER_ID_MESA_LLVMPIPE;
    caps->cuts_loops = lavapipe;  // after 65,535 rounds
    d->live_outs = lavapipe;
    d->reunites = d->maximal || lavapipe;  // there lanes run in step under a mask
}

static bool env_is(const char *name, char value)
{
    const char *set = getenv(name);
    return set && *set == value;
}

// HOSTCALL_VULKAN_REUNITES=0: kernels are told that lanes which part need not meet again, as on
// devices that promise nothing; to try that.
// HOSTCALL_VULKAN_STACK=BYTES: what a lane of a kernel that recurses gets for its stack, if that is
// more than it was compiled for.
// HOSTCALL_VULKAN_VERBOSE=1: a line on stderr for each pipeline made, with the time it took.
static void environment_read(struct vk_dev *d)
{
    const char *stack = getenv("HOSTCALL_VULKAN_STACK");
    if (stack) d->stack_wish = strtoull(stack, NULL, 10);
    d->verbose = env_is("HOSTCALL_VULKAN_VERBOSE", '1');
    if (env_is("HOSTCALL_VULKAN_REUNITES", '0')) d->maximal = d->reunites = false;
}

static int queue_family_find(const struct vk_dev *d)
{
    VkQueueFamilyProperties families[32];
    uint32_t n = 32;
    d->vk.GetPhysicalDeviceQueueFamilyProperties(d->physical, &n, families);
    for (uint32_t i = 0; i < n; i++)
        if (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) return (int)i;
    return -1;
}

static int device_create(struct vk_dev *d, const struct extensions *e, const char *name)
{
    struct features f;
    features_get(d, e, &f);
    const char *lacks = features_lack(&f);
    if (lacks) return hc_error(HC_ERR_DEVICE, "vulkan: %s lacks %s", name, lacks);
    const int family = queue_family_find(d);
    if (family < 0) return hc_error(HC_ERR_DEVICE, "vulkan: %s has no compute queue", name);
    d->queue_family = (uint32_t)family;
    const float priority = 1;
    const VkDeviceQueueCreateInfo queue = {
        .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
        .queueFamilyIndex = d->queue_family,
        .queueCount = 1,
        .pQueuePriorities = &priority,
    };
    const VkDeviceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
        .pNext = &f.base,
        .queueCreateInfoCount = 1,
        .pQueueCreateInfos = &queue,
        .enabledExtensionCount = f.extension_count,
        .ppEnabledExtensionNames = f.extensions,
    };
    const VkResult result = d->vk.CreateDevice(d->physical, &info, NULL, &d->device);
    if (result) return vk_error(d, "vkCreateDevice", result, name);
#define LOAD(function) \
    d->vk.function = (PFN_vk##function)d->vk.GetDeviceProcAddr(d->device, "vk" #function);
    VK_DEVICE_FUNCTIONS(LOAD)
#undef LOAD
    d->vk.GetDeviceQueue(d->device, d->queue_family, 0, &d->queue);
    d->has = features_has(&f);
    d->maximal = f.maximal.on;
    return 0;
}

int vk_device_create(const struct hc_dev_params *params, struct vk_dev *d)
{
    VkPhysicalDeviceProperties2 p = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
    d->vk.GetPhysicalDeviceProperties2(d->physical, &p);
    if (p.properties.apiVersion < VK_API_VERSION_1_3)
        return hc_error(HC_ERR_DEVICE, "vulkan: %s has no Vulkan 1.3", p.properties.deviceName);
    d->vk.GetPhysicalDeviceMemoryProperties(d->physical, &d->memory);

    struct extensions e = {NULL, 0};
    VkResult result = d->vk.EnumerateDeviceExtensionProperties(d->physical, NULL, &e.count, NULL);
    e.all = calloc(e.count + 1, sizeof *e.all);
    if (!e.all) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    if (!result)
        result = d->vk.EnumerateDeviceExtensionProperties(d->physical, NULL, &e.count, e.all);
    int err = result ? vk_error(d, "vkEnumerateDeviceExtensionProperties", result, NULL) : 0;
    if (!err) err = device_create(d, &e, p.properties.deviceName);
    if (!err) {
        caps_fill(d, &e, params);
        environment_read(d);
    }
    free(e.all);
    return err;
}
