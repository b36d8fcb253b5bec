import { mount } from 'svelte';

import '../app.css';
import Count from './Count.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('truth.html has no #app');

export default mount(Count, { target });
